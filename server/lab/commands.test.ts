/** Commands become one script per run of neighbours, and every word stays one word. */

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { commandsIn, placed, scripts } from './commands.ts';
import { quote } from './machine/runProgram.ts';

test('neighbours on the same namespace share a script, and the order is kept', () => {
  const list = commandsIn([
    { on: 'backend', run: ['ip a', 'ip b'] },
    { on: 'windows', run: ['ip c'] },
    { on: 'backend', run: ['ip d'] },
  ]);
  expect(scripts(list).map((script) => script.on)).toEqual(['backend', 'windows', 'backend']);
});

test('a script stops at the first failure and names it; what may fail is passed over', () => {
  const list = placed('backend', { try: 'false' }, 'echo one', "sh -c 'exit 3'", 'echo two');
  const [script] = scripts(list);
  expect(() => execFileSync('/bin/sh', ['-s'], { input: script?.text ?? '', stdio: 'pipe' })).toThrow(
    /on backend: sh -c 'exit 3'/,
  );
});

test('neighbours of `ip` are one batch; what a shell would have to read is not in it', () => {
  const [script] = scripts(
    placed(
      'backend',
      'ip link set lo up',
      'ip rule del pref 0',
      'ip -6 rule',
      'ip addr add $(cat x) dev lo',
      'true',
      'ip a',
    ),
  );
  const batches = [...(script?.text ?? '').matchAll(/<<'END'\n(.*?)\nEND/gs)].map(([, lines]) => lines);
  expect(batches).toEqual(['link set lo up\nrule del pref 0', 'a']);
});

test('a batch that fails names its lines, and `ip` the one among them', () => {
  const [script] = scripts(placed('backend', 'ip link show lo', 'ip link set no-such-link up', 'ip link'));
  expect(() => execFileSync('/bin/sh', ['-s'], { input: script?.text ?? '', stdio: 'pipe' })).toThrow(
    /Command failed -:2\non backend: ip link show lo; ip link set no-such-link up; ip link/,
  );
});

test.each(['plain', "it's", 'a b', '$(id)', '`id`', '', 'new\nline', '*', '-n', 'ü'])(
  'the word %j arrives as it is',
  (word) => {
    expect(execFileSync('/bin/sh', ['-c', `printf %s ${quote(word)}`], { encoding: 'utf8' })).toBe(word);
  },
);
