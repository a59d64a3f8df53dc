/** What an operator may name as credentials, and what is said back: never a value. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileURLToPath } from 'node:url';
import { loadContent } from '../content/load.ts';
import { requiredCredentials, type RequiredCredentials } from './credentials.ts';
import { CredentialsError, readCredentials } from '../config/credentialsFile.ts';

const wanted: readonly RequiredCredentials[] = [
  { of: 'backend', fields: ['username', 'password'], secret: ['password'], checks: ['login'] },
];
const good = 'backend: { username: docs, password: correct-horse }\n';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vantage-credentials-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function open(text: string | undefined, environment: Record<string, string> = {}, mode = 0o600) {
  const file = join(folder, 'credentials.yaml');
  if (text !== undefined) writeFileSync(file, text);
  if (text !== undefined) chmodSync(file, mode);
  const found = readCredentials(text === undefined ? undefined : file, wanted, environment);
  return found.kind === 'of-operator' ? Object.fromEntries(found.sets.get('backend') ?? []) : 'documented';
}
function faultOf(text: string | undefined, environment: Record<string, string> = {}, mode = 0o600): string {
  try {
    open(text, environment, mode);
  } catch (error) {
    if (error instanceof CredentialsError) return error.message.replaceAll(folder, '');
    throw error;
  }
  throw new Error('expected a fault');
}

describe('the credentials of an operator', () => {
  it('come from the file, or from the environment, which is stronger', () => {
    expect(open(good)).toEqual({ username: 'docs', password: 'correct-horse' });
    const both = {
      VANTAGE_CREDENTIAL_BACKEND_USERNAME: 'ops',
      VANTAGE_CREDENTIAL_BACKEND_PASSWORD: '12345678',
    };
    expect(open(undefined, both)).toEqual({ username: 'ops', password: '12345678' });
    expect(open(good, { VANTAGE_CREDENTIAL_BACKEND_PASSWORD: 'battery-staple' })).toEqual({
      username: 'docs',
      password: 'battery-staple',
    });
  });
  it('may be none at all', () => expect(open(undefined)).toEqual({}));
  it('are those that the checks of this site ask for, once for each service', async () => {
    const content = await loadContent(fileURLToPath(new URL('../../content', import.meta.url)));
    expect(requiredCredentials(content)).toEqual([
      {
        ...{ of: 'backend', fields: ['username', 'password'], secret: ['password'] },
        checks: ['authenticated-endpoint', 'login'],
      },
    ]);
  });
  it.each([
    [
      'half of them',
      'backend: { username: docs }',
      'password is missing: write it in the file of --credentials, or in VANTAGE_CREDENTIAL_BACKEND_PASSWORD',
    ],
    [
      'a short password',
      'backend: { username: docs, password: s3cret }',
      'The password of `backend` has fewer than 8 bytes',
    ],
    [
      'a password of one letter',
      'backend: { username: docs, password: ssssssssssss }',
      'The password of `backend` has fewer than 4 different characters, and cannot be masked',
    ],
    [
      'control characters',
      'backend: { username: docs, password: "s3cret\\ts3cret" }',
      'The password of `backend` has control characters',
    ],
    [
      'a number',
      'backend: { username: docs, password: 12345678 }',
      ':1: backend.password: expected a text; a number or `yes` has to stand in quotes',
    ],
    [
      'two lines',
      'backend: { username: docs, password: "s3cret\\nline" }',
      'has a line break or a NUL in it',
    ],
    [
      'too long',
      `backend: { username: docs, password: ${'s3cret'.repeat(400)} }`,
      'has 2400 bytes; at most 1000',
    ],
    [
      'an unknown service',
      'backnd: { username: docs, password: s3cret-s3cret }',
      ':1: no check uses credentials called "backnd"; did you mean backend?',
    ],
    [
      'an unknown field',
      'backend:\n  username: docs\n  pasword: s3cret-s3cret',
      ':3: `backend` has no field "pasword"; did you mean password?',
    ],
    ['no map', 's3cret-s3cret', ':1: expected a service with its fields'],
    ['no YAML', 'backend: { password: "s3cret-s3cret', ':1: not good YAML'],
    [
      'an alias',
      'backend: &a { username: docs, password: s3cret-s3cret }\nother: *a',
      'expected YAML without anchors',
    ],
  ])('with %s are refused in a sentence that has no value in it', (_, text, message) => {
    const said = faultOf(text);
    expect(said).toContain(message);
    expect(said).not.toContain('s3cret');
  });
  it('in a file that others may read are refused, with the command that mends it', () => {
    expect(faultOf(good, {}, 0o644)).toContain(
      'others may read it or write it. Run: chmod 600 /credentials.yaml',
    );
    expect(faultOf(good, {}, 0o620)).toContain('chmod 600');
    expect(open(good, {}, 0o640)).toMatchObject({ username: 'docs' });
  });
});
