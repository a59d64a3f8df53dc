import { describe, expect, it } from 'vitest';
import type { Step } from './check.ts';
import { fillInput, placesOf } from './input.ts';
import { inputFaults } from './commandFaults.ts';

const values = new Map([
  ['user', 'docs'],
  ['password', 'a "b" \\ {user} $&'],
]);

describe('a line for standard input', () => {
  it('[N1] has each value as it is, and never reads one as a template', () =>
    expect(fillInput('{user}: {password}', values)).toBe('docs: a "b" \\ {user} $&'));
  it('[N1] has a value as a JSON text where the template says so', () =>
    expect(JSON.parse(fillInput('{"u":{user:json},"p":{password:json}}', values) ?? '')).toEqual({
      u: 'docs',
      p: 'a "b" \\ {user} $&',
    }));
  it('[N1] is not made when a value is missing', () =>
    expect(fillInput('{user} {token}', values)).toBeUndefined());
  it('[N1] leaves braces alone that name nothing', () => {
    expect(fillInput('{"a": {}} {A}', values)).toBe('{"a": {}} {A}');
    expect(placesOf('{"a": {}} {A} {user:xml}')).toEqual([]);
  });
});

describe('the credentials of a step', () => {
  const step: Pick<Step, 'input' | 'credentials' | 'command'> = {
    command: 'curl -d @- https://172.16.168.20:8443/login',
    input: '{"u":{username:json},"p":{password:json}}',
    credentials: {
      of: 'backend',
      documented: { username: 'admin', password: 'hunter2' },
      secret: ['password'],
    },
  };
  const says = (change: Partial<typeof step>, extracted: readonly string[] = []) =>
    inputFaults({ ...step, ...change }, new Set(extracted)).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );

  it('[C8] are sound when each field is used in the input', () => expect(says({})).toEqual([]));
  it('[C8] are refused when a field is not used, is none, or has the name of an extracted value', () => {
    expect(says({ input: '{"u":{username:json}}' })).toEqual([
      'credentials.documented.password: no {password} in the input uses this field: credentials go by standard input, and nowhere else',
    ]);
    expect(says({ input: '{username} {password} {pin}' })).toEqual([
      'input: {pin} was not extracted by an earlier step (extracted: none), and is no field of the credentials (username, password)',
    ]);
    expect(says({}, ['password'])[0]).toContain(
      'an earlier step already extracts a value with the name "password"',
    );
    const credentials = {
      of: 'backend',
      documented: { username: 'a', password: 'hunter2' },
      secret: ['pin'],
    };
    expect(says({ credentials })).toEqual([
      'credentials.secret.0: expected a field of the credentials (username, password), found "pin"',
    ]);
  });
  it('[C8] are refused when the documented password stands in the command all the same', () =>
    expect(says({ command: 'curl -d \'{"p":"hunter2"}\' https://172.16.168.20:8443/login' })[0]).toContain(
      'the documented password stands in the command',
    ));
});
