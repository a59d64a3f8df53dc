import { marked } from 'marked';
import { expect, it } from 'vitest';
import type { PasteResult } from '../paste/paste.ts';
import { attacks } from '../testing-hostile.ts';
import type { Verdict } from '../vocabulary.ts';
import { html } from './html.ts';
import { pastedTree } from './html/pastedTree.ts';
import { pastedMarkdown } from './pastedMarkdown.ts';

const attack =
  '| a |\n</details></pre><script>x</script><img src=x> `` ``` @all #914 https://evil.example/ \u202e';

function resultOf(verdict: Verdict, text: string, many = 1): PasteResult {
  const lines = [1, 2] as const;
  const finding = { part: 'control', message: text, holds: verdict === 'agrees', observed: text } as const;
  return {
    reading: {
      took: Array.from({ length: many }, () => ({
        ...{ check: 'a', step: 's', lines, command: text },
        exit: undefined,
      })),
      replaced: [{ pasted: text, documented: 'there' }],
      ignored: Array.from({ length: many }, () => ({ lines, why: text })),
      cut: 'Cut.',
    },
    rows: Array.from({ length: Math.min(many, 17) }, () => ({
      check: 'a',
      asks: [{ message: `${text} Run this on \`backend\`.`, command: text, role: 'backend' }],
      judgement: { verdict, observed: text, means: text, judge: 3, findings: Array(4).fill(finding) },
    })),
  };
}

const names = {
  writeup: 'w',
  checks: new Map([['a', { title: 'The socket listens', documented: 'LISTEN' }]]),
  roles: { backend: '.20' },
};
const page = (result: PasteResult) => html`${pastedTree(result, names, true)}`.markup;
const report = (result: PasteResult, text = '', address?: string) =>
  pastedMarkdown(result, { ...names, title: 'A writeup', text, address, diagnosis: [] });

it.each(['agrees', 'differs', 'inconclusive'] as const)(
  '[E30] a pasted %s says that nobody verified it, and has the look of a paste',
  (verdict) => {
    const result = resultOf(verdict, 'x');
    expect(page(result)).toContain(`<span>pasted, not verified: ${verdict}</span>`);
    expect(page(result)).not.toMatch(/data-verdict="(?!pasted")/);
    expect(report(result)).toContain('### A writeup: pasted, not verified');
    expect(report(result)).toContain(`**pasted, not verified: ${verdict}**`);
  },
);

it('[E30] says what was taken for what, what was replaced, and what to run where', () => {
  for (const shown of [page(resultOf('differs', 'x')), report(resultOf('differs', 'x'))]) {
    const text = shown.replace(/<\/?code>|`|&ZeroWidthSpace;/g, '');
    expect(text).toContain('Lines 1 to 2: x is step s of “The socket listens”.');
    expect(text).toContain('x in the paste stands for there on the page.');
    expect(text).toContain('Run this on .20.');
  }
});

it('[E30] without any command of a check it says so, and what to do', () => {
  const nothing = { reading: { took: [], replaced: [], ignored: [] }, rows: [] };
  for (const shown of [page(nothing), report(nothing)])
    expect(shown).toContain('None of the documented commands was found');
});

it.each([attack + attacks.join('\n'), '`'.repeat(100_000)])(
  '[E31] hostile text in every place is text, bounded in size %#',
  (text) => {
    const result = resultOf('differs', text, 2000);
    const markdown = report(result, text.slice(0, 1_000_000), 'https://vantage.example/#paste=x');
    expect(markdown.length).toBeLessThanOrEqual(65_000);
    const parsed = String(marked.parse(markdown, { gfm: true, async: false }));
    for (const markup of [page(result), parsed]) {
      expect(markup).not.toMatch(/<(script|img)/);
      expect(markup).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
    expect(parsed.match(/<a href="(?!https:\/\/vantage\.example)/)).toBeNull();
    expect(page(result).length).toBeLessThan(3_000_000);
    expect(page(result)).toContain('And 1,970 more.');
  },
);
