import { describe, expect, it } from 'vitest';
import { additionFaults } from './commandFaults.ts';

const why = 'It has to end.';
const step = {
  command: "curl --noproxy '*' --max-time 5 -w '{\"a b\"}\\n' -d @- https://x/ | head",
  documented: 'curl -d "{\\"a\\": 1}" https://x/ | head',
  additions: [
    { text: "--noproxy '*'", why },
    { text: '--max-time 5', why },
    { text: '-w \'{"a b"}\\n\'', why },
    { text: '-d @-', replaces: '-d "{\\"a\\": 1}"', why },
  ],
};
const says = (change: Partial<Parameters<typeof additionFaults>[0]>) =>
  additionFaults({ ...step, ...change }).map(({ path, message }) => `${path.join('.')}: ${message}`);
const without = (at: number) => step.additions.filter((_, index) => index !== at);

describe('the account of a command', () => {
  it('[C9] is sound when the command without its additions is the documented one', () => {
    expect(says({})).toEqual([]);
    expect(says({ command: 'ss | grep 8443', documented: 'ss | grep 8443', additions: [] })).toEqual([]);
  });
  it('[C9] is refused when an addition is not in the command, or only as a part of a word', () => {
    expect(says({ additions: [...step.additions, { text: '--max-time 9', why }] })).toEqual([
      'additions.4.text: --max-time 9 is not in the command, as whole words',
    ]);
    expect(says({ additions: [...without(2), { text: "-w '{", why }] })).toEqual([
      "additions.3.text: -w '{ is not in the command, as whole words",
    ]);
    expect(says({ additions: [...step.additions, { text: ' ', why }] })).toHaveLength(1);
  });
  it('[C9] is refused when one addition is counted twice', () =>
    expect(says({ additions: [...step.additions, { text: '--max-time 5', why }] })).toEqual([
      'additions.4.text: --max-time 5 is not in the command, as whole words',
    ]));
  it.each([0, 1, 2, 3])('[C9] is refused when addition %i is left out', (at) =>
    expect(says({ additions: without(at) })).toEqual([
      expect.stringContaining('documented: without its additions the command is `curl '),
    ]),
  );
  it('[C9] is refused when something else is documented, or the same in another order', () => {
    expect(says({ documented: 'wget https://elsewhere/', additions: without(3) })[0]).toContain(
      'and documented is `wget https://elsewhere/`',
    );
    expect(says({ documented: 'curl -d "{\\"a\\": 1}" | head https://x/' })).toHaveLength(1);
  });
  it('[C9] is refused when what an addition replaces is not documented', () =>
    expect(says({ documented: 'curl https://x/ | head' })).toEqual([
      'additions.3.replaces: -d "{\\"a\\": 1}" is not in `documented`, as whole words',
    ]));
  it('[C9] is refused when additions are to nothing', () =>
    expect(says({ documented: undefined, why })).toEqual([
      'additions: write in `documented` the command that these were added to',
    ]));
  it('[C9] of a step that is not documented is why it is there', () => {
    const step = { command: 'ss -tln', documented: undefined, additions: [] };
    expect(says({ ...step, why: 'Shows that something listens.' })).toEqual([]);
    expect(says(step)).toEqual([expect.stringContaining('write `documented`, the command as')]);
  });
});
