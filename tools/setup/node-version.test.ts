// Who is told to update Node.
import { expect, test } from 'vitest';
import { typeScriptSentence, versionSentence } from './node-version.mjs';

test('a Node that is too old gets one sentence with both versions and what to do', () => {
  expect(versionSentence('18.20.8', 20)).toBe(
    'Vantage needs Node 20 or newer to set itself up; this is Node 18.20.8. Install a newer Node (nodejs.org, or your package manager) and run the command again.',
  );
});

test.each(['20.0.0', '20.20.2', '24.21.0', '100.0.0'])('Node %s is new enough for the set-up', (version) => {
  expect(versionSentence(version, 20)).toBe('');
});

test.each([
  ['20.20.2', false],
  ['22.17.1', false],
  ['22.18.0', true],
  ['23.0.0', true],
  ['24.21.0', true],
])('without the pinned Node, %s of the host can run the project: %s', (version, can) => {
  expect(typeScriptSentence(version) === '').toBe(can);
});

test('a host Node that cannot is refused in words', () => {
  expect(typeScriptSentence('20.20.2')).toMatch(
    /machine is 20\.20\.2\. Install Node 22\.18 or newer and run/,
  );
});
