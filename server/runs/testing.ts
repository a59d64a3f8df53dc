/** What the lab tests of runs share: a lab with a real transport, one take of a check, and checks made up for a test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Check } from '../../src/core/check/check.ts';
import { checkOf as madeUp, onceStep } from '../../src/core/testing.ts';
import type { Identity, Output, RunEvent } from '../../src/core/run/entry.ts';
import type { Judgement } from '../../src/core/run/judgement.ts';
import { writeupsIn } from '../content/labs.ts';
import { loadContent, type LoadedWriteup } from '../content/load.ts';
import type { Credentials } from '../fleet/credentials.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { Lab } from '../lab/lab.ts';
import type { Transport } from '../agent/contract.ts';
import { sshTransport } from '../ssh/ssh.ts';
import type { RunCheckOptions } from './options.ts';
import { runOnFleet } from './runOnFleet.ts';
import { startTestLab, testLab } from '../lab/testing-lab.ts';

export type LabFixture = {
  readonly lab: Lab;
  readonly transport: Transport;
  readonly fleet: Fleet;
  readonly writeups: readonly LoadedWriteup[];
  /** The check of that id, of whichever writeup. */
  check(id: string): Check;
  close(): Promise<void>;
};

/** A lab of its own in a short directory, reached over ssh, and all content. */
export async function startLabFixture(): Promise<LabFixture> {
  const parent = mkdtempSync('/tmp/vr-');
  const lab = await startTestLab({ directory: `${parent}/lab`, log: () => {} });
  const transport = sshTransport(lab.fleet, { directory: `${parent}/ssh`, log: () => {} });
  const content = await loadContent(fileURLToPath(new URL('../../content', import.meta.url)));
  const writeups = writeupsIn(content, testLab);
  return {
    lab,
    transport,
    fleet: lab.fleet,
    writeups,
    check(id) {
      for (const { checks } of writeups) {
        const found = checks.get(id);
        if (found) return found.check;
      }
      throw new Error(`expected the id of a check, found "${id}"`);
    },
    async close() {
      await transport.close();
      await lab.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}

export type RunResult = {
  readonly judgement: Judgement;
  readonly told: readonly (RunEvent | Output)[];
  /** What viewers got of a stream, as text. */
  text(stream: Output['stream']): string;
  /** The bytes that viewers got, of all steps or of one. */
  bytes(step?: string): Buffer;
  readonly identities: readonly Identity[];
};

export type RunOptions = {
  readonly fleet?: Fleet;
  /** Those of a real fleet's operator; otherwise as documented. */
  readonly credentials?: Credentials;
  readonly signal?: AbortSignal;
  readonly on?: (body: RunEvent | Output) => void;
  /** Instead of the clock and of real waiting. */
  readonly time?: Pick<RunCheckOptions, 'now' | 'wait'>;
};

/** Runs a check once over the fixture's transport, as the registry does. */
export async function runOnce(
  { transport, fleet }: Pick<LabFixture, 'transport' | 'fleet'>,
  check: Check,
  how: RunOptions = {},
): Promise<RunResult> {
  const told: (RunEvent | Output)[] = [];
  const judgement = await runOnFleet(
    {
      check,
      transport,
      credentials: how.credentials ?? { kind: 'documented' },
      emit(body) {
        told.push(body);
        how.on?.(body);
      },
      signal: how.signal ?? new AbortController().signal,
      now: () => performance.now(),
      ...how.time,
    },
    how.fleet ?? fleet,
  );
  return {
    judgement,
    told,
    text: (stream) =>
      told
        .flatMap((body) =>
          body.kind === 'output' && body.stream === stream ? [new TextDecoder().decode(body.bytes)] : [],
        )
        .join(''),
    bytes: (step) =>
      Buffer.concat(
        told.flatMap((body) =>
          body.kind === 'output' && (step === undefined || body.step === step) ? [body.bytes] : [],
        ),
      ),
    identities: told.flatMap((body) => (body.kind === 'step-started' ? [body.identity] : [])),
  };
}

/** A check of one step, `only`, that is of no writeup. */
export const checkOf = (command: string, step: object = {}, more: object = {}): Check =>
  madeUp('made-up', [onceStep('only', command, { limits: { seconds: 20, bytes: 65_536 }, ...step })], more);
