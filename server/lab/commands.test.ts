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

test.each(['plain', "it's", 'a b', '$(id)', '`id`', '', 'new\nline', '*', '-n', 'ü'])(
  'the word %j arrives as it is',
  (word) => {
    expect(execFileSync('/bin/sh', ['-c', `printf %s ${quote(word)}`], { encoding: 'utf8' })).toBe(word);
  },
);
