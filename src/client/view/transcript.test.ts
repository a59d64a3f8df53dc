import { describe, expect, it } from 'vitest';
import type { RunView } from '../../core/run/run.ts';
import type { Moment } from '../state/runLog.ts';
import { createPlainText } from './screenText.ts';
import { createTranscript } from './transcript.ts';
import { jobsOf, type Page, typedSteps } from './typedSteps.ts';

const header = {
  kind: 'header',
  steps: [
    { id: 'capture', role: 'backend', command: 'tcpdump -i lo' },
    { id: 'canary', role: 'backend', command: 'ping' },
    { id: 'curl', role: 'manager', command: 'curl https://a/' },
  ],
} as unknown as RunView['header'];
const page: Page = {
  shorts: { backend: '.20' },
  steps: [
    { id: 'capture', background: true },
    { id: 'canary', why: 'The control, again: the capture sees this. It is small.' },
    { id: 'curl' },
  ],
};
const begins = (step: string): Moment => ({ at: 0, step, what: 'begins' });
const output = (step: string, text: string, stream: 'stdout' | 'stderr' = 'stdout'): Moment => ({
  ...{ at: 0, step, what: 'output', stream },
  bytes: new TextEncoder().encode(text),
});
const noBytes = { bytes: 0, sha256: '' };
const ends = (step: string, exit = 0, beyond = 0): Moment => ({
  ...{ at: 0, step, what: 'ends', beyond },
  view: {
    ...{ state: 'ended', step, machine: '', bytes: 0, seconds: 0.006258 },
    identity: { hostName: '', machineId: '', kernel: '', user: '', hostKey: '', gate: '' },
    ended: { how: 'complete', exit, stdout: noBytes, stderr: noBytes },
  },
});
const written = (moments: readonly Moment[], controls: 'folded' | 'shown' = 'folded', own = page) => {
  let text = '';
  const { feed } = createTranscript(typedSteps({ header }, own, controls), createPlainText, (kind, part) => {
    text += kind === 'stderr' ? `<${part}>` : part;
  });
  for (const moment of moments) feed(moment);
  return text;
};

describe('a run as a session', () => {
  it('has the command at once, then its output, and nothing after exit 0', () => {
    const all = [begins('curl'), output('curl', '200\n'), output('curl', 'warned', 'stderr'), ends('curl')];
    expect(written(all.slice(0, 1))).toBe('manager $ curl https://a/\n');
    expect(written(all)).toBe('manager $ curl https://a/\n200\n<warned>');
  });
  it('names the machine where several play the role, and knows the steps of the check on each', () => {
    const own = {
      ...header,
      steps: ['web-1', 'web-2'].flatMap((name) =>
        header.steps.map((step) => ({ ...step, id: `${step.id}@${name}` })),
      ),
      members: { role: 'manager', machines: ['web-1', 'web-2'] },
    };
    const steps = typedSteps({ header: own }, page, 'folded');
    expect(steps.get('curl@web-2')).toMatchObject({ place: 'web-2', folded: undefined });
    expect(steps.get('capture@web-2')).toMatchObject({ place: 'backend .20', isJob: true });
    expect(steps.get('canary@web-1')?.folded).toContain('The capture sees this');
  });
  it('says another exit, and how much more there is, on a line of its own', () => {
    expect(written([begins('curl'), output('curl', 'no end'), ends('curl', 7, 2048)])).toBe(
      'manager $ curl https://a/\nno end\n# exit 7 after 6 ms; 2 KiB more are in the record\n',
    );
  });
  it('says why a step that never began failed', () => {
    const problem = { kind: 'unreachable', step: 'curl', message: 'No route to .21.' } as const;
    const failed: Moment = {
      ...{ at: 0, step: 'curl', what: 'ends', beyond: 0 },
      view: { state: 'failed', step: 'curl', problem },
    };
    expect(written([failed])).toBe('manager $ curl https://a/\n# failed: No route to .21.\n');
  });
  it('says whose output follows when another step wrote last', () => {
    const moments = [
      ...[begins('capture'), output('capture', 'listening\n'), begins('curl'), output('curl', 'wai')],
      ...[output('capture', 'packet\n'), output('curl', 'ted\n'), ends('curl'), ends('capture')],
    ];
    expect(written(moments)).toBe(
      [
        ...['backend .20 $ tcpdump -i lo &', 'listening', 'manager $ curl https://a/', 'wai'],
        ...['# capture on backend .20:', 'packet', '# curl on manager:', 'ted', ''],
      ].join('\n'),
    );
  });
  it('folds a control to one line, also when another step writes meanwhile', () => {
    const canary = [begins('canary'), output('canary', 'pong\n'), ends('canary')];
    const line = '# control canary: The capture sees this …';
    expect(written(canary)).toBe(`${line} ok after 6 ms\n`);
    expect(written([begins('canary'), output('capture', 'ping\n'), ends('canary')])).toBe(
      `${line}\n# capture on backend .20:\nping\n# control canary: ok after 6 ms\n`,
    );
    expect(written(canary, 'shown')).toBe('backend .20 $ ping\npong\n');
  });
  it('shows the output of a folded control that went wrong', () => {
    expect(written([begins('canary'), output('canary', 'lost\n', 'stderr'), ends('canary', 1)])).toBe(
      '# control canary: The capture sees this … exit 1 after 6 ms\n<lost\n>',
    );
  });
  it('folds nothing where there is nothing but controls', () => {
    const steps = page.steps.map(({ id }) => ({ id, why: 'Asks.' }));
    expect(written([begins('canary')], 'folded', { ...page, steps })).toBe('backend .20 $ ping\n');
  });
  it('says what is left out', () => {
    const left: Moment = { at: 0, step: 'curl', what: 'left-out', count: 12_345 };
    expect(written([begins('curl'), left, { at: 0, step: 'curl', what: 'limit' }])).toBe(
      [
        ...['manager $ curl https://a/', '# 12,345 bytes of curl came before this and are not shown here.'],
        ...['# The first 2 MiB of curl are shown; the rest is in the record.', ''],
      ].join('\n'),
    );
  });
  it('[U2] has no control characters in what is ours', () => {
    const own = { steps: [{ id: 'x', role: 'a\u001b[2J', command: 'echo \u202e' }] };
    const steps = typedSteps({ header: { ...header, ...own } }, { shorts: {}, steps: [] }, 'folded');
    let text = '';
    createTranscript(steps, createPlainText, (_, part) => {
      text += part;
    }).feed(begins('x'));
    expect(text).toBe('a␛[2J $ echo ‹U+202E›\n');
  });
  it('knows its jobs from the moments alone', () => {
    const moments = [begins('capture'), begins('canary'), ends('canary'), begins('curl'), ends('curl')];
    expect(jobsOf([...moments, ends('capture')])).toEqual([{ id: 'capture', background: true }]);
  });
});
