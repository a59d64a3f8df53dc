/** The server's engine without its sockets, for one command: content, store, slots, run registry and a fleet. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndedRun, Summary } from '../../../src/core/protocol/down.ts';
import type { EvidenceRecord } from '../../../src/core/run/record.ts';
import { commitOf } from '../../content/git.ts';
import { loadContent, type LoadedWriteup } from '../../content/load.ts';
import { createRunRegistry } from '../../runs/runRegistry.ts';
import { defaultRetention } from '../../config/config.ts';
import { noAudit } from '../../audit/audit.ts';
import { systemPrincipal } from '../../identity/principal.ts';
import { startRecovery } from '../../runs/recovery.ts';
import { createSetMaker } from '../../runs/sets.ts';
import { createSlots } from '../../runs/slots.ts';
import { findRecord } from '../../store/assembleRecord.ts';
import { laterInFolder } from '../../files/dataFolder.ts';
import type { RecordsPlace } from '../../store/open.ts';
import { holdRecords } from './openRecords.ts';
import { openTarget, type TargetChoice } from './openTarget.ts';
import type { SelectedCheck } from './selectChecks.ts';

export type Session = Awaited<ReturnType<typeof openSession>>;
export type CheckRun = Awaited<ReturnType<Session['runChecks']>>;

export type SessionOptions = {
  readonly root: string;
  readonly writeups: readonly LoadedWriteup[];
  readonly checks: readonly SelectedCheck[];
  readonly choice: TargetChoice;
  /** Where the runs are kept; without it they are deleted at the end. */
  readonly place: RecordsPlace | undefined;
  readonly by: string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
};

const slotsPerMachine = 6;
/** Longer than a machine may take to confirm that a command is gone. */
const stopMs = 15_000;
const edgeBytes = 256 * 1024;
const insteadOfHeld = 'Press Run on its page, stop it first, or record somewhere else: --data DIRECTORY';

export const loadWriteups = (root: string): Promise<readonly LoadedWriteup[]> =>
  loadContent(join(root, 'content'));

/** Rejects with what to correct; what it opened until then is closed. */
export async function openSession(options: SessionOptions) {
  const { root, choice, by, signal, log } = options;
  const writeups = new Map(options.writeups.map((writeup) => [writeup.id, writeup]));
  const directory = await mkdtemp(join(tmpdir(), 'vantage-run-'));
  const closing: (() => void | Promise<void>)[] = [() => rm(directory, { recursive: true, force: true })];
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  try {
    const place = options.place ?? { data: join(directory, 'data') };
    const store = await holdRecords(place, log, insteadOfHeld);
    closing.push(() => store.close());
    const date = () => new Date();
    const recovering = { store, audit: noAudit, date, damaged() {} };
    const recovery = await laterInFolder(place.data, () => startRecovery(recovering));
    closing.push(() => recovery.close());
    const asking = options.checks.map(({ writeup }) => writeup);
    const target = await openTarget(choice, { writeups: options.writeups, asking, directory, log, signal });
    closing.push(() => target.close());
    const failed = (error: unknown) =>
      log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    const registry = createRunRegistry({
      ...{
        store,
        audit: noAudit,
        look: recovery.look,
        slots: createSlots(slotsPerMachine, undefined, store.shared?.slots),
        commit: await commitOf(join(root, 'content')),
      },
      ...{ now: () => performance.now(), date, log: failed },
    });
    closing.push(() => registry.close(stopMs));
    const sets = createSetMaker({ store, limits: defaultRetention, id: registry.newId, date, log: failed });

    /**
     * Runs the checks, as one set for each writeup. Resolves when all have ended, also when they were cancelled, with a record for each
     * writeup: a set, or the run when there is only one.
     */
    const runChecks = async (
      checks: readonly SelectedCheck[],
      onSummary: (summary: Summary) => void = () => {},
    ) => {
      const waiting = new Set<string>();
      const ended = new Map<string, EndedRun>();
      const { promise: done, resolve } = Promise.withResolvers<void>();
      const stop = registry.listen({
        summary(_, summary) {
          if (!waiting.has(summary.run)) return;
          onSummary(summary);
          if (summary.state !== 'ended') return;
          ended.set(summary.run, summary);
          if (ended.size === waiting.size) resolve();
        },
      });
      const cancel = () => void registry.close(stopMs).then(resolve);
      if (signal.aborted) cancel();
      signal.addEventListener('abort', cancel, { once: true });
      const starter = { name: by, principal: systemPrincipal };
      const members: { readonly writeup: string; readonly check: string; readonly run: string }[] = [];
      for (const { writeup, loaded } of checks) {
        const { run } = await registry.run(writeup, loaded, target.open, starter);
        waiting.add(run);
        members.push({ writeup: writeup.id, check: loaded.check.id, run });
      }
      const ids: (string | undefined)[] = [];
      for (const id of new Set(members.map(({ writeup }) => writeup))) {
        const own = members.filter(({ writeup }) => writeup === id).map(({ check, run }) => ({ check, run }));
        ids.push(own.length > 1 ? (await sets.saveTogether(id, by, own))?.set : own[0]?.run);
      }
      await done;
      stop();
      signal.removeEventListener('abort', cancel);
      const records: EvidenceRecord[] = [];
      for (const id of ids) {
        const found = id === undefined ? undefined : await findRecord(store, writeups, id, edgeBytes);
        if (found?.found === 'record') records.push(found.record);
      }
      return { ended: members.flatMap(({ run }) => ended.get(run) ?? []), records };
    };
    return { target, runChecks, close };
  } catch (error) {
    await close();
    throw error;
  }
}
