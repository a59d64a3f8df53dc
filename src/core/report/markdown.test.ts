import { marked, type Token } from 'marked';
import { describe, expect, it } from 'vitest';
import { visible } from '../text/visibleText.ts';
import { markdownReport, mixedSet, recordOf, runOf, stdout } from './testing.ts';

const base = 'https://vantage.example';
const report = (record = mixedSet(), limitChars?: number) =>
  markdownReport(record, { base, ...(limitChars === undefined ? {} : { limitChars }) });

/** Every token of a report, however deep, as the renderer sees it. */
function tokens(markdown: string): Token[] {
  const all: Token[] = [];
  void marked.walkTokens(marked.lexer(markdown, { gfm: true }), (token) => void all.push(token));
  return all;
}
const codeBlocks = (markdown: string): string[] =>
  tokens(markdown).flatMap((token) => (token.type === 'code' ? [String(token.text)] : []));
const table = (markdown: string): string[][] =>
  tokens(markdown).flatMap((token) =>
    token.type === 'table'
      ? (token.rows as { tokens: Token[] }[][]).map((row) => row.map(({ tokens: own }) => plain(own)))
      : [],
  );
/** What a reader sees of inline tokens. */
const plain = (own: readonly Token[]): string =>
  unescaped(marked.Parser.parseInline([...own]).replace(/<[^>]*>/g, ''));
const unescaped = (html: string): string =>
  html
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replaceAll('\u200b', '');

const nasty = [
  'a | b || c `|` |',
  'a | b \\| c \\\\| d',
  '``` then ```` and `',
  '</details></pre><script>alert(1)</script><img src=x onerror=alert(1)>',
  '@maintainer #914 GH-12 owner/repo#3 https://evil.example/ www.evil.example me@evil.example :tada: $x$',
  '\u202Eright to left\u2066 \u0000 \u001b[31mred\u001b[0m',
  '# heading\n\n- list\n> quote\n\n```\nfence',
  '**bold** _it_ ~~no~~ [x](javascript:alert(1)) ![i](https://evil.example/p.png)',
  '<!-- comment --> &amp; &lt; &#x41; <b>',
  ' padded ',
  '`',
];

describe('the Markdown report', () => {
  it('[E5] begins with the outcome, and has one line of five cells for each row', () => {
    const markdown = report();
    expect(markdown).toMatch(/^### 3 of 5 agree · lab · 22 Nov 2026\n/);
    const rows = table(markdown);
    expect(rows.map((row) => row.length)).toEqual([5, 5, 5, 5, 5]);
    expect(rows[3]).toEqual([
      'Row row-04',
      'exit 7, connection refused',
      'exit 0, connection accepted',
      'differs, lab',
      'backend',
    ]);
  });
  it.each(nasty)('[E6] %j stays what it was in a cell, whatever it looks like', (text) => {
    const markdown = report(
      recordOf([
        runOf({
          header: { documented: text, title: text, steps: [{ id: 'curl', role: text, command: 'true' }] },
          judgement: { verdict: 'differs', observed: text },
        }),
        runOf(),
      ]),
    );
    const rows = table(markdown);
    expect(rows.map((row) => row.length)).toEqual([5, 5]);
    const said = visible(text)
      .replace(/\s*\n\s*/g, ' ⏎ ')
      .trim();
    expect(rows[0]).toEqual([said, said, said, 'differs, lab', said]);
  });
  it.each(nasty)('[E6] %j stays what it was as output and as command', (text) => {
    const markdown = report(
      recordOf([
        runOf({
          header: { steps: [{ id: 'curl', role: 'backend', command: text }] },
          output: [
            stdout('curl', text),
            { step: 'curl', stream: 'stderr', bytes: new TextEncoder().encode(`E${text}`) },
          ],
        }),
      ]),
    );
    const blocks = codeBlocks(markdown);
    expect(blocks).toContain(visible(text));
    expect(blocks).toContain(visible(`E${text}`));
    expect(blocks.filter((block) => block === visible(text))).toHaveLength(2);
  });
  it.each(nasty)(
    '[E6] %j as title, note, name, finding or warning makes no element, link or mention',
    (text) => {
      const markdown = report(
        recordOf(
          [
            runOf({
              header: { title: text, by: text, commit: text, fleet: text, condition: text },
              identity: { hostName: text, kernel: text, user: text },
              judgement: {
                verdict: 'inconclusive',
                means: text,
                problem: { kind: 'lost', message: text },
                findings: [{ part: 'control', message: text, holds: false, observed: text }],
              },
              damage: text,
            }),
          ],
          { title: text, note: `x ${text}`, by: text, writeup: { id: 'w', title: text } },
        ),
      );
      const html = String(marked.parse(markdown, { gfm: true, async: false }));
      const tags = new Set(
        [...html.matchAll(/<\/?([a-z][a-z0-9]*)/gi)].map(([, tag = '']) => tag.toLowerCase()),
      );
      for (const tag of tags)
        expect([
          'h3',
          'p',
          'strong',
          'a',
          'table',
          'thead',
          'tbody',
          'tr',
          'th',
          'td',
          'code',
          'pre',
          'details',
          'summary',
          'ul',
          'li',
          'blockquote',
          'br',
        ]).toContain(tag);
      // A note may link to elsewhere: that is what its author meant. Nothing else may.
      const besideNote = html.replace(/<blockquote>[\s\S]*?<\/blockquote>/, '');
      for (const [, href] of besideNote.matchAll(/href="([^"]*)"/g))
        expect(href).toMatch(/^https:\/\/vantage\.example\/runs\//);
      expect(html).not.toMatch(/(href|src)="(?!https:)/);
      expect(html.match(/<details>/g)).toHaveLength(1);
      expect(html.match(/<\/details>/g)).toHaveLength(1);
      const outsideCode = html.replace(/<(code|pre)[^>]*>[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, '');
      expect(unescapedButMarks(outsideCode)).not.toMatch(/[@#]\w|GH-\d|:\w+:|\u202e/i);
    },
  );
  it('[E7] every row opens to command, output, difference, exit, time, machine, source, documents and judge', () => {
    const markdown = report();
    const blocks = markdown.split('<details>').slice(1);
    expect(blocks).toHaveLength(5);
    for (const block of blocks)
      for (const fact of [
        'curl --noproxy',
        'Failed to connect',
        'End exit 7',
        'Duration 142 ms',
        'SHA-256 abab',
        '2026-11-22 10:00:00 UTC',
        'autobot@wsl20',
        'machine-id 4be91d3c',
        'kernel 6.6.87',
        'host key SHA256:kq3C',
        'lab, stand-in machines',
        'as documented',
        'f9f98ff0123456789',
        'content hash c0ffee',
        'version 2',
        `${base}/runs/01KB0000000000000000000000#row-0`,
      ])
        expect(block).toContain(fact);
    expect(blocks[3]).toContain(
      '- documented: exit 7, connection refused\n+ observed:   exit 0, connection accepted',
    );
    expect(blocks[3]).toMatch(/exit \[-7-\]\{\+0\+\}, connection \[-refused-\]\{\+accepted\+\}/);
    // Where nothing was concluded, nothing is refuted.
    expect(blocks[4]).not.toContain('```diff');
  });
  it('[E8] the source is in the heading, in every line of the table and in every opened row', () => {
    const recording = mixedSet().runs.map((run) => ({
      ...run,
      view: { ...run.view, header: { ...run.view.header, source: 'recording' as const } },
    }));
    const markdown = report(recordOf(recording));
    expect(markdown.split('\n')[0]).toContain('recording of the lab');
    for (const [, , , verdict] of table(markdown)) expect(verdict).toContain('recording');
    for (const block of markdown.split('<details>').slice(1))
      expect(block).toContain('Source: `recording of the lab`');
  });
  it('[E9] a note is quoted, with its lists, code and links', () => {
    const note =
      'We saw **it** again on `wsl20`, see [the thread](https://example.org/a?b=1&c=2).\nSecond line.\n\n- one\n- two';
    const html = String(marked.parse(report(mixedSet({ note })), { gfm: true, async: false }));
    expect(html).toContain('<blockquote>');
    expect(html).toContain('<strong>it</strong>');
    expect(html).toContain('<code>wsl20</code>');
    expect(html).toContain('<a href="https://example.org/a?b=1&amp;c=2">the thread</a>');
    expect(html).toMatch(/<li>one<\/li>\s*<li>two<\/li>/);
  });
  it('[E10] stays below the limit, shortens output first, and says how much is missing and where it is', () => {
    const long = 'x`|<@a\n'.repeat(40_000);
    const markdown = report(recordOf([runOf({ output: [stdout('curl', long)], keepBytes: 1e6 }), runOf()]));
    expect(markdown.length).toBeLessThanOrEqual(65_000);
    expect(markdown.length).toBeGreaterThan(55_000);
    const [whole] = codeBlocks(markdown).filter((block) => block.includes('are left out here'));
    const left = Number(
      /… ([\d,]+) characters are left out here …/.exec(whole ?? '')?.[1]?.replaceAll(',', ''),
    );
    const kept = (whole ?? '').replace(/… [\d,]+ characters are left out here …\n/, '');
    expect(kept.length + left).toBeGreaterThanOrEqual(long.length - 2);
    expect(kept.length + left).toBeLessThanOrEqual(long.length + 2);
    expect(markdown).toContain('**Left out here:**');
    expect(markdown).toContain(`${base}/runs/01KB0000000000000000000000.txt`);
    expect(table(markdown)).toHaveLength(2);
  });
  it.each([64_000, 20_000, 6000, 3000])(
    '[E10] three hundred rows fit in %d characters, and what is missing is named',
    (limit) => {
      const many = recordOf(
        Array.from({ length: 300 }, (_, n) =>
          runOf({ header: { check: `check-${n}`, title: `Row ${n} ${'|`'.repeat(20)}` } }),
        ),
        { note: 'n '.repeat(6000) },
      );
      const markdown = report(many, limit);
      expect(markdown.length).toBeLessThanOrEqual(limit);
      expect(unescaped(markdown)).toMatch(/evidence of \d+ rows/);
      expect(markdown.match(/<details>/g)?.length ?? 0).toBe(markdown.match(/<\/details>/g)?.length ?? 0);
      expect(table(markdown).every((row) => row.length === 5)).toBe(true);
    },
  );
});

/** References are resolved, but the breaks that keep marks from their names stay. */
function unescapedButMarks(html: string): string {
  return html
    .replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
    .replaceAll('&amp;', '&');
}
