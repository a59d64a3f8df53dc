// The decisions about Node: who is told to update, and which Node runs the project.
import { expect, test } from 'vitest';
import { pickNode, runsTypeScript, versionSentence } from './node-version.mjs';

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
])('Node %s runs TypeScript as it is: %s', (version, expected) => {
  expect(runsTypeScript(version)).toBe(expected);
});

test('the pinned Node is preferred, then a host Node that runs TypeScript', () => {
  const host = { path: '/usr/bin/node', version: '24.0.0' };
  expect(pickNode({ path: '/p/node' }, host)).toEqual({ kind: 'node', path: '/p/node' });
  expect(pickNode(null, host)).toEqual({ kind: 'node', path: '/usr/bin/node' });
});

test('without the pinned Node an old host Node is refused, in words', () => {
  const choice = pickNode(null, { path: '/usr/bin/node', version: '20.20.2' });
  expect(choice).toMatchObject({
    kind: 'none',
    sentence: expect.stringContaining('Install Node 22.18 or newer'),
  });
  expect(choice).toMatchObject({ sentence: expect.stringContaining('20.20.2') });
});
