/** Records for tests, made of real entries, and ways to vary them. */
import type { EndedStep, Entry, Identity, Output, RunEvent } from '../run/entry.ts';
import type { Judgement } from '../run/judgement.ts';
import { collector, type EvidenceRecord, type RunRecord } from '../run/record.ts';
import type { RunHeader } from '../run/run.ts';
import { asciicastChunks } from './asciicast.ts';
import { type PageOptions, recordChunks } from './html/recordPage.ts';
import { standaloneChunks, type StandaloneOptions } from './html/standalone.ts';
import { junitChunks, tapChunks } from './junit.ts';
import { markdownChunks, type MarkdownOptions } from './markdown.ts';
import { textChunks } from './text.ts';

export const identity: Identity = {
  hostName: 'wsl20',
  machineId: '4be91d3c0a5f4f6db1f7f3a1c2d3e4f5',
  kernel: '6.6.87.2-microsoft-standard-WSL2',
  user: 'autobot',
  hostKey: 'SHA256:kq3CkQ9cVf0iWnKxkz4gq2l0aGQ0bq3V0b1T2y8E0nU',
  gate: '',
};

export type Made = {
  readonly header?: Partial<RunHeader>;
  readonly judgement?: Partial<Judgement>;
  /** Output of each step, in the order given; `at` in milliseconds. */
  readonly output?: readonly Omit<Output, 'kind'>[];
  readonly ended?: EndedStep;
  readonly exit?: number;
  readonly identity?: Partial<Identity>;
  /** How the run was closed; `running` leaves it open and without a judgement. */
  readonly closed?: 'finished' | 'cancelled' | 'interrupted' | 'running';
  readonly keepBytes?: number;
  readonly damage?: string;
};

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const stdout = (step: string, text: string): Omit<Output, 'kind'> => ({
  step,
  stream: 'stdout',
  bytes: bytes(text),
});

export const headerOf = (more: Partial<RunHeader> = {}): RunHeader => ({
  kind: 'header',
  run: '01KB0000000000000000000001',
  writeup: 'wsl2-mirrored-networking',
  check: 'local-refused',
  title: 'Local curl is refused',
  checkHash: 'c0ffee'.repeat(10),
  documented: 'exit 7, connection refused',
  steps: [{ id: 'curl', role: 'backend', command: "curl --noproxy '*' https://172.16.168.20:8443/" }],
  fleet: 'lab',
  source: 'lab',
  condition: 'as-documented',
  startedAt: '2026-11-22T10:00:00.000Z',
  commit: 'f9f98ff0123456789',
  by: 'Reader 3',
  ...more,
});

const judged: Judgement = {
  verdict: 'agrees',
  findings: [
    { part: 'control', message: 'the stimulus ran', holds: true, observed: 'it ran' },
    { part: 'expectation', message: 'exit of `curl` is 7', holds: true, observed: '7' },
  ],
  observed: 'exit 7, connection refused',
  outcome: '1',
  means: 'The backend cannot be reached from itself.',
  judge: 2,
};

/** The entries of one run; each step starts, says its output, and ends. */
export function entriesOf(made: Made = {}): Entry[] {
  const header = headerOf(made.header);
  const output = made.output ?? [
    stdout(header.steps[0]?.id ?? '', 'curl: (7) Failed to connect to 172.16.168.20 port 8443\n'),
  ];
  const size = (step: string, stream: string) => ({
    bytes: output
      .filter((one) => one.step === step && one.stream === stream)
      .reduce((sum, one) => sum + one.bytes.length, 0),
    sha256: 'ab'.repeat(32),
  });
  const bodies: (RunEvent | Output)[] = [header];
  for (const { id, role } of header.steps) {
    const ends = { stdout: size(id, 'stdout'), stderr: size(id, 'stderr') };
    const ended: EndedStep = made.ended ?? { how: 'complete', exit: made.exit ?? 7, ...ends };
    bodies.push({
      kind: 'step-started',
      step: id,
      machine: role,
      identity: { ...identity, ...made.identity },
    });
    for (const one of output) if (one.step === id) bodies.push({ kind: 'output', ...one });
    if (made.closed !== 'running') bodies.push({ kind: 'step-ended', step: id, ended, seconds: 0.142 });
  }
  if (made.closed !== 'running')
    bodies.push(
      { kind: 'judged', judgement: { ...judged, ...made.judgement } },
      { kind: 'closed', how: made.closed ?? 'finished', endedAt: '2026-11-22T10:00:01.500Z' },
    );
  return bodies.map((body, seq) => ({ seq, at: seq * 125, body }));
}

export function runOf(made: Made = {}): RunRecord {
  const collected = collector(made.keepBytes ?? 65_536);
  for (const entry of entriesOf(made)) collected.add(entry);
  const run = collected.record(made.damage);
  if (run === undefined) throw new Error('fixture: a run without a header');
  return run;
}

export function recordOf(runs: readonly RunRecord[], more: Partial<EvidenceRecord> = {}): EvidenceRecord {
  return {
    id: '01KB0000000000000000000000',
    kind: runs.length === 1 ? 'run' : 'set',
    writeup: { id: 'wsl2-mirrored-networking', title: 'WSL2 mirrored networking' },
    deciding: [],
    title: '',
    note: '',
    by: 'Reader 3',
    startedAt: '2026-11-22T10:00:00.000Z',
    pinned: false,
    runs,
    ...more,
  };
}

/** Five rows: three agree, one differs, one is inconclusive. */
export function mixedSet(more: Partial<EvidenceRecord> = {}): EvidenceRecord {
  const row = (check: string, made: Made = {}) =>
    runOf({
      ...made,
      header: {
        check,
        title: `Row ${check}`,
        run: `01KB00000000000000000000${check.slice(-2).toUpperCase()}`,
        ...made.header,
      },
    });
  return recordOf(
    [
      row('row-01', { judgement: { limitation: 'reproduces' } }),
      row('row-02', { judgement: { limitation: 'reproduces' } }),
      row('row-03'),
      row('row-04', {
        judgement: {
          verdict: 'differs',
          observed: 'exit 0, connection accepted',
          findings: [{ part: 'expectation', message: 'exit of `curl` is 7', holds: false, observed: '0' }],
          means: 'It came out otherwise.',
        },
      }),
      row('row-05', {
        judgement: {
          verdict: 'inconclusive',
          observed: '',
          problem: { kind: 'timed-out', message: 'The step did not end within 8 s. Try again.' },
          means: 'Nothing can be said.',
        },
      }),
    ],
    { deciding: ['row-01', 'row-02'], ...more },
  );
}

const joined = (chunks: Iterable<string>): string => [...chunks].join('');
type Base = { readonly base: string };

export const textReport = (record: EvidenceRecord) => joined(textChunks(record));
export const tapReport = (record: EvidenceRecord, options: Base) => joined(tapChunks(record, options));
export const junitReport = (record: EvidenceRecord, options: Base) => joined(junitChunks(record, options));
export const markdownReport = (record: EvidenceRecord, options: MarkdownOptions) =>
  joined(markdownChunks(record, options));
export const asciicast = (run: RunRecord, version: 2 | 3) => joined(asciicastChunks(run, version));
export const standaloneHtml = (record: EvidenceRecord, options: Omit<StandaloneOptions, 'site'>) =>
  joined(standaloneChunks(record, { site: 'Harbour docs', ...options }));
export const recordMarkup = (record: EvidenceRecord, options: PageOptions) =>
  joined(recordChunks(record, options));
