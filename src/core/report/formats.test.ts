import { parse as parseJunit } from 'junit2json';
import { SaxesParser } from 'saxes';
import { Parser as TapParser } from 'tap-parser';
import { describe, expect, it } from 'vitest';
import { jsonReport } from './json.ts';
import { reportSchema } from './testing-schema.ts';
import {
  asciicast,
  bytes,
  junitReport,
  mixedSet,
  recordOf,
  runOf,
  stdout,
  tapReport,
  textReport,
} from './testing.ts';

const base = 'https://vantage.example';
const hostile =
  ']]> </system-out> & "\'\u0000\u0001\u001b[31m\u202e\uFFFE\uD800 \\ # TODO\n---\n...\nok 99 - all good\n1..0 # SKIP\nBail out!\n';
const all = (text: string) =>
  recordOf(
    [
      ...mixedSet().runs,
      runOf({ closed: 'running', header: { check: 'row-06' } }),
      runOf({
        header: {
          check: 'row-07',
          title: text,
          documented: text,
          steps: [{ id: 'curl', role: text, command: text }],
        },
        judgement: { verdict: 'differs', observed: text, means: text },
        output: [
          stdout('curl', text),
          { step: 'curl', stream: 'stderr', bytes: Uint8Array.of(0xff, 0xc3, 0x28, 0) },
        ],
        identity: { hostName: text },
      }),
    ],
    { title: text, note: text, by: text, writeup: { id: 'w', title: text } },
  );

/** Throws where the XML is not well-formed. */
function elements(xml: string): string[] {
  const names: string[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name }) => void names.push(name));
  parser.write(xml).close();
  return names;
}

describe('JUnit', () => {
  it('[E20] agrees has passed, differs is a failure, inconclusive an error, still running is skipped', async () => {
    const xml = junitReport(all('plain'), { base });
    const parsed = await parseJunit(xml);
    if (!parsed || !('testsuite' in parsed)) throw new Error('expected test suites');
    expect(parsed).toMatchObject({
      tests: 7,
      failures: 2,
      errors: 1,
      name: expect.stringContaining('3 of 7 agree'),
    });
    const [suite] = parsed.testsuite ?? [];
    const cases = suite?.testcase ?? [];
    expect(
      cases.map(({ failure, error, skipped }) =>
        failure ? 'failure' : error ? 'error' : skipped ? 'skipped' : 'passed',
      ),
    ).toEqual(['passed', 'passed', 'passed', 'failure', 'error', 'skipped', 'failure']);
    expect(cases[4]?.error?.[0]).toMatchObject({
      type: 'timed-out',
      message: 'The step did not end within 8 s. Try again.',
    });
    expect(suite?.properties?.find(({ name }) => name === 'Source')?.value).toBe('lab, stand-in machines');
  });
  it('[E20] is well-formed XML, whatever the machines said', () => {
    const names = elements(junitReport(all(hostile), { base }));
    expect(names.filter((name) => name === 'testcase')).toHaveLength(7);
    expect(names.filter((name) => name === 'system-out')).toHaveLength(7);
  });
});

describe('TAP', () => {
  const read = (text: string) =>
    new Promise<
      { ok: boolean; fullname: string; name: string; diag?: Record<string, unknown>; skip?: unknown }[]
    >((resolve, reject) => {
      const points: {
        ok: boolean;
        fullname: string;
        name: string;
        diag?: Record<string, unknown>;
        skip?: unknown;
      }[] = [];
      const wrong: unknown[] = [];
      const parser = new TapParser({ strict: true }, (results) => {
        if (wrong.length > 0 || results.bailout || results.count !== results.plan.end)
          reject(new Error(`expected sound TAP, found ${JSON.stringify([wrong, results])}`));
        else resolve(points);
      });
      parser.on('assert', (point) => void points.push(point));
      parser.on('extra', (line) => void wrong.push(line));
      parser.end(text);
    });
  it('[E21] only agrees is ok; the block says which verdict it is; still running is skipped', async () => {
    const points = await read(tapReport(all('plain'), { base }));
    expect(points.map(({ ok, diag, skip }) => [ok, diag?.verdict, Boolean(skip)])).toEqual([
      [true, 'agrees', false],
      [true, 'agrees', false],
      [true, 'agrees', false],
      [false, 'differs', false],
      [false, 'inconclusive', false],
      [true, 'running', true],
      [false, 'differs', false],
    ]);
  });
  it('[E21] nothing that a machine said becomes a test point, a plan, a directive or the end of a block', async () => {
    const points = await read(tapReport(all(hostile), { base }));
    expect(points).toHaveLength(7);
    expect(points[6]).toMatchObject({ ok: false, diag: { verdict: 'differs' } });
    expect(points[6]?.name).toContain('# TODO');
    expect(JSON.stringify(points[6]?.diag)).toContain('ok 99 - all good');
  });
  it('[E21] a record without rows is a skipped plan', () => {
    expect(tapReport(recordOf([]), { base })).toContain('1..0 # SKIP');
  });
});

describe('JSON', () => {
  it('[E22] satisfies its schema, also after it was written and read, in every state of a run', () => {
    for (const record of [
      all(hostile),
      recordOf([]),
      mixedSet(),
      recordOf([
        runOf({ damage: 'cut', closed: 'running' }),
        runOf({ ended: { how: 'lost', message: 'gone' } }),
      ]),
    ]) {
      const report = jsonReport(record, { base });
      expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(
        JSON.parse(JSON.stringify(report)),
      );
    }
    expect(reportSchema.safeParse({ ...jsonReport(mixedSet(), { base }), role: 2 }).success).toBe(false);
  });
  it('[E22] keeps the raw bytes, their order, times and streams', () => {
    const raw = Uint8Array.from({ length: 20_000 }, (_, n) => (n * 7) % 256);
    const report = jsonReport(
      recordOf([
        runOf({
          output: [
            { step: 'curl', stream: 'stdout', bytes: raw },
            { step: 'curl', stream: 'stderr', bytes: bytes('e') },
          ],
        }),
      ]),
      { base },
    );
    const [first, second] = report.rows[0]?.steps[0]?.output.head ?? [];
    expect(Uint8Array.from(atob(first?.base64 ?? ''), (c) => c.charCodeAt(0))).toEqual(raw);
    expect(second).toEqual({ stream: 'stderr', at: 375, base64: 'ZQ==' });
  });
});

describe('plain text', () => {
  it('[E23] no line of a machine can pass for one of the report', () => {
    const text = textReport(all('x\nSource: live, real machines\u001b[2J\n====\n'));
    expect(text).not.toMatch(/^Source: +live/m);
    expect(text).not.toMatch(/\u001b/);
    expect(text.match(/^Source: +lab, stand-in machines$/gm)).toHaveLength(8);
  });
});

describe('asciicast', () => {
  const run = runOf({
    header: {
      steps: [
        { id: 'capture', role: 'backend', command: 'tcpdump' },
        { id: 'curl', role: 'manager', command: 'curl\n-v' },
      ],
    },
    output: [
      { step: 'capture', stream: 'stdout', bytes: Uint8Array.of(0xe2, 0x82) },
      { step: 'capture', stream: 'stderr', bytes: bytes('warn\r') },
      { step: 'capture', stream: 'stderr', bytes: bytes('\nnext\n') },
      { step: 'capture', stream: 'stdout', bytes: Uint8Array.of(0xac, 0xff, 0x0a) },
      stdout('curl', 'ok\n'),
    ],
  });
  const lines = (version: 2 | 3) =>
    asciicast(run, version)
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
  it('[E24] has the header of its version, and events in order of time', () => {
    const [two, ...events] = lines(2);
    expect(two).toMatchObject({
      version: 2,
      width: 80,
      height: 10,
      timestamp: 1_795_341_600,
      title: 'Local curl is refused: agrees · lab · 22 Nov 2026',
    });
    expect(lines(3)[0]).toMatchObject({ version: 3, term: { cols: 80, rows: 10 } });
    const times = events.map((event) => (event as [number, string, string])[0]);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });
  it('[E24] version 3 counts from the event before: both tell the same times', () => {
    let sum = 0;
    const two = lines(2).slice(1) as [number, string, string][];
    for (const [index, [interval, code, data]] of (
      lines(3).slice(1) as [number, string, string][]
    ).entries()) {
      sum += Math.round(interval * 1000);
      expect([sum, code, data]).toEqual([
        Math.round((two[index]?.[0] ?? 0) * 1000),
        ...(two[index] ?? []).slice(1),
      ]);
    }
  });
  it('[E24] has a marker and the command where each step begins, and whole characters with returns', () => {
    const events = lines(2).slice(1) as [number, string, string][];
    expect(events.filter(([, code]) => code === 'm').map(([at, , data]) => [at, data])).toEqual([
      [0.125, 'capture on backend'],
      [0.875, 'curl on manager'],
    ]);
    const text = events
      .filter(([, code]) => code === 'o')
      .map(([, , data]) => data)
      .join('');
    expect(text.replaceAll(/\u001b\[[0-9;]*m/g, '')).toBe(
      'backend $ tcpdump\r\nwarn\r\nnext\r\n€\ufffd\r\n[exit 7, 0.14 s; agrees, lab]\r\nmanager $ curl\r\n-v\r\nok\r\n[exit 7, 0.14 s; agrees, lab]\r\n',
    );
  });
  it('[E24] what is left out is said where it is missing', () => {
    expect(asciicast(runOf({ output: [stdout('curl', 'x'.repeat(100))], keepBytes: 10 }), 2)).toContain(
      '80 bytes are left out here',
    );
  });
});
