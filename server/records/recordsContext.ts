/** What the routes of records work with, and the record that an address names. */
import type { Summary } from '../../src/core/protocol/down.ts';
import type { EvidenceRecord } from '../../src/core/run/record.ts';
import type { Audit } from '../audit/audit.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { type Found, findRecord } from '../store/assembleRecord.ts';
import type { Pause } from '../files/pause.ts';
import type { Retention } from '../store/pins.ts';
import type { Store } from '../store/contract.ts';
import type { PageTemplate } from './pageTemplate.ts';

export type RecordsContext = {
  readonly store: Store;
  readonly writeups: ReadonlyMap<string, LoadedWriteup>;
  readonly active: () => readonly Summary[];
  /** Names of the conditions that the lab can be in, also a remedy on a cause. */
  readonly conditions: readonly string[];
  readonly template: PageTemplate;
  readonly limits: Retention;
  readonly audit: Audit;
  readonly date: () => Date;
  readonly log: (error: unknown) => void;
  /** Called each time a kept run is found damaged. */
  readonly damaged: (run: string, check: string, why: string) => void;
};

export type LoadedRecord = {
  readonly found: 'record';
  readonly record: EvidenceRecord;
  /** Its runs that have not ended, also those that wait for their turn and have no file yet. */
  readonly active: readonly Summary[];
  /** Members whose records were removed, and when. */
  readonly gone: readonly { readonly check: string; readonly at: string }[];
};
export type MissingRecord =
  { readonly found: 'queued'; readonly summary: Summary } | Exclude<Found, { found: 'record' }>;

/** A record as the store has it, with at most `keepBytes` of each step's output at its start and at its end. */
export async function loadRecord(
  context: RecordsContext,
  id: string,
  keepBytes: number,
  pause: Pause,
): Promise<LoadedRecord | MissingRecord> {
  const { store, writeups, damaged } = context;
  const active = new Map(context.active().map((summary) => [summary.run, summary]));
  const found = await findRecord(store, writeups, id, keepBytes, pause);
  const summary = active.get(id);
  if ((found.found === 'nothing' || found.found === 'unreadable') && summary)
    return { found: 'queued', summary };
  if (found.found === 'unreadable') damaged(id, (await store.summary(id))?.check ?? '', found.why);
  if (found.found !== 'record') return found;
  const { record } = found;
  for (const { damage, view } of record.runs)
    if (damage !== undefined && view.judgement?.problem?.kind !== 'not-recorded')
      damaged(view.header.run, view.header.check, damage);
  const members =
    record.kind === 'set' ? ((await store.sets.get(id))?.members ?? []) : [{ run: id, check: '' }];
  const gone: { check: string; at: string }[] = [];
  for (const { run, check } of members) {
    const at = await store.removedAt(run);
    if (at !== undefined) gone.push({ check, at });
  }
  return {
    found: 'record',
    record,
    active: members.flatMap(({ run }) => active.get(run) ?? []),
    gone,
  };
}
