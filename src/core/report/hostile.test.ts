import { SaxesParser } from 'saxes';
import { marked } from 'marked';
import { beforeAll, describe, expect, it } from 'vitest';
import { collector, type EvidenceRecord, type RunRecord } from '../run/record.ts';
import { compareBody } from './html/comparePage.ts';
import { jsonReport } from './json.ts';
import { reportSchema } from './testing-schema.ts';
import {
  asciicast,
  bytes,
  entriesOf,
  junitReport,
  markdownReport,
  recordMarkup,
  recordOf,
  runOf,
  standaloneHtml,
  stdout,
  tapReport,
  textReport,
} from './testing.ts';

const base = 'https://vantage.example';
const TOTAL = 60 * 1024 * 1024;
const KEPT = 256 * 1024;

/** Everything that has broken a report before, over and over; the pieces end in the middle of characters and sequences. */
function hostileBytes(): Uint8Array {
  const parts = [
    bytes(
      '| a | b |\n|---|---|\n\\| \\\\| `` ``` ```` ~~~\n</details></pre></td></script><script>alert(1)</script><img src=x onerror=alert(1)>\n',
    ),
    bytes(
      '@everyone #914 GH-1 https://evil.example/ [x](javascript:alert(1)) ![y](https://evil.example/) <!-- -->\n',
    ),
    bytes(
      '\u202e\u2066\u200b\u2028\u{e0041}\ufeff ]]> &amp; &#x3c; \'"\n---\n...\nok 1\nBail out!\n# SKIP\n',
    ),
    bytes('\u001b[31m\u001b]0;title\u0007\u001b[2J\u001b[?1049h\u001bP+q\u001b\\\r\b\u0000\u0085\u009b31m'),
    Uint8Array.of(0xff, 0xfe, 0xc3, 0x28, 0xe2, 0x82, 0xed, 0xa0, 0x80, 0xf0, 0x9f, 0, 0x0a),
    bytes('`'.repeat(3000)),
  ];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** 60 MB of it as the log of one run; times stay within what ten seconds would give. */
function hostileRun(): RunRecord {
  const whole = entriesOf({
    header: { check: 'hostile', documented: '`x` | y' },
    output: [],
    judgement: { verdict: 'differs', observed: 'x | `y` @z' },
  });
  const pattern = hostileBytes();
  const chunk = new Uint8Array(64_000);
  for (let n = 0; n < chunk.length; n++) chunk[n] = pattern[n % pattern.length] ?? 0;
  const collected = collector(KEPT);
  let seq = 0;
  const take = (entry: (typeof whole)[number]) => collected.add({ ...entry, seq: seq++ });
  for (const entry of whole) {
    take(entry);
    if (entry.body.kind !== 'step-started') continue;
    for (let sent = 0; sent < TOTAL; sent += chunk.length)
      take({
        seq: 0,
        at: sent / 6000,
        body: { kind: 'output', step: 'curl', stream: seq % 5 === 0 ? 'stderr' : 'stdout', bytes: chunk },
      });
  }
  const run = collected.record();
  if (run === undefined) throw new Error('fixture');
  return run;
}

describe('60 MB of hostile output', () => {
  let record: EvidenceRecord;
  let run: RunRecord;
  beforeAll(() => {
    run = hostileRun();
    record = recordOf([run, run], { note: '</blockquote><script>x</script> ``` |' });
  }, 60_000);
  /** Generous: a slow machine with other work. What is not linear needs minutes. */
  const quickly = <T>(work: () => T): T => {
    const started = performance.now();
    const made = work();
    expect(performance.now() - started).toBeLessThan(15_000);
    return made;
  };

  it('[E28] is kept within its limit, and the rest is counted to the byte', () => {
    const output = run.output.get('curl');
    const sum = (parts: readonly { readonly bytes: Uint8Array }[] = []) =>
      parts.reduce((all, part) => all + part.bytes.length, 0);
    expect(sum(output?.head)).toBe(KEPT);
    expect(sum(output?.tail)).toBe(KEPT);
    expect(KEPT * 2 + (output?.beyond ?? 0)).toBe(Math.ceil(TOTAL / 64_000) * 64_000);
  });
  it('[E28] as Markdown it is below 65,000 characters, whole, and says what is missing', () => {
    const markdown = quickly(() => markdownReport(record, { base }));
    expect(markdown.length).toBeLessThanOrEqual(65_000);
    expect(markdown).toContain('bytes of output that only the record holds');
    const html = String(marked.parse(markdown, { gfm: true, async: false }));
    expect(html).not.toMatch(/<(script|img)/);
    expect(html.match(/<details>/g)).toHaveLength(2);
    expect(html.match(/<\/details>/g)).toHaveLength(2);
  });
  it('[E28] as a page and as a file it runs nothing, and is bounded', () => {
    for (const markup of [
      quickly(() => recordMarkup(record, { base: '', interactive: true, mayKeep: true })),
      quickly(() => standaloneHtml(record, { base, css: '' })),
      quickly(() => compareBody(record, record, { base }).markup),
      quickly(() => compareBody(recordOf([run]), recordOf([{ ...run, output: new Map() }]), { base }).markup),
    ]) {
      expect(markup).not.toMatch(/<(script|img)/);
      expect(markup).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
      expect(markup.length).toBeLessThan(8_000_000);
    }
  });
  it('[E28] as JUnit it is well-formed XML', () => {
    const xml = quickly(() => junitReport(record, { base }));
    const parser = new SaxesParser();
    let wrong: unknown;
    parser.on('error', (error) => {
      wrong = error;
    });
    parser.write(xml).close();
    expect(wrong).toBeUndefined();
    expect(xml.length).toBeLessThan(1_000_000);
  });
  it('[E28] as TAP it has as many points as there are rows', () => {
    const tap = quickly(() => tapReport(record, { base }));
    expect(tap.match(/^(not )?ok /gm)).toHaveLength(2);
    expect(tap.length).toBeLessThan(1_000_000);
  });
  it('[E28] as JSON, text and asciicast it is read back', () => {
    const json = quickly(() => JSON.stringify(jsonReport(record, { base })));
    expect(reportSchema.safeParse(JSON.parse(json)).success).toBe(true);
    const text = quickly(() => textReport(record));
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    for (const version of [2, 3] as const) {
      const lines = quickly(() => asciicast(run, version))
        .trimEnd()
        .split('\n');
      expect(() => lines.forEach((line) => void JSON.parse(line))).not.toThrow();
      expect(lines.length).toBeLessThan(100);
    }
    for (const size of [json.length, text.length]) expect(size).toBeLessThan(20_000_000);
  });
});

describe('output that could deceive', () => {
  const record = (text: string) => recordOf([runOf({ output: [stdout('curl', text)] })]);
  it.each(['FAIL\rPASS\n', 'FAIL\n\u001b[1A\u001b[2KPASS\n', '\u202eSSAP\n', 'PA\u200bSS\n'])(
    '[E29] is said to be that in every report, and is there by name: %j',
    (text) => {
      for (const report of [
        textReport(record(text)),
        markdownReport(record(text), { base }),
        recordMarkup(record(text), { base: '', interactive: true, mayKeep: true }),
        standaloneHtml(record(text), { base, css: '' }),
        tapReport(record(text), { base }),
        junitReport(record(text), { base }),
      ]) {
        expect(report).toContain('Control characters present: ');
        expect(report).not.toMatch(/[\r\u001b\u202e\u200b]/);
      }
      // For programs: the sign, and the raw bytes.
      expect(JSON.stringify(jsonReport(record(text), { base }))).toContain('Control characters present: ');
    },
  );
  it('[E29] is not said of colours and ordinary ends of lines', () =>
    expect(textReport(record('\u001b[31mred\u001b[0m\r\n'))).not.toContain('Control characters'));
});
