/** Requests of a page to run checks or to save a set. */
import { isDeepStrictEqual } from 'node:util';
import type { Up } from '../../src/core/protocol/up.ts';
import type { AuditAction } from '../audit/auditLine.ts';
import { targetOf } from '../auth/grants.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { RefusedRunError } from '../runs/claims.ts';
import { startOrder } from '../runs/schedule.ts';
import type { ConnectionDeps, ConnectionOptions, Keyed, Requester } from './connectionDeps.ts';
import type { Accepted } from './requestIds.ts';

type RunRequestsOptions = ConnectionOptions & {
  readonly audit: (action: AuditAction, target: string, outcome: string) => void;
  readonly refuse: (request: Keyed, message: string) => void;
};

export function createRunRequests(
  { registry, store, fleets, presence, sets, auth }: ConnectionDeps,
  { requestIds, principal, writer: { send }, audit, refuse }: RunRequestsOptions,
) {
  return {
    async run(writeup: LoadedWriteup, requester: Requester, message: Extract<Up, { type: 'run' }>) {
      const { key, checks } = message;
      const { id } = writeup;
      const earlier = requestIds.find(requester.reader, key);
      if (earlier) return send(earlier);
      const fleet = fleets.open(id);
      if (!fleet) {
        const view = fleets.view(id);
        const isReady = view.state === 'ready';
        return refuse(message, isReady ? 'The fleet is not open yet. Try again in a moment.' : view.message);
      }
      const unknown = checks.find((check) => !writeup.checks.has(check));
      if (unknown !== undefined)
        return refuse(
          message,
          `This server knows no check "${unknown}" in this writeup. Reload the page: it may be older than the server.`,
        );
      // Joining a run starts nothing, and is always allowed.
      const starting = new Set(checks.filter((check) => !registry.isRunning(id, check))).size;
      const limit =
        starting === 0 ? undefined : (store.full() ?? auth.grants.startLimit(principal, starting));
      if (limit !== undefined) return refuse(message, limit);
      const loaded = checks.flatMap((check) => writeup.checks.get(check) ?? []);
      const by = { ...requester, click: `${requester.reader}/${key}` };
      const starts = startOrder(loaded.map(({ check }) => check)).flatMap((position) => {
        const one = loaded[position];
        return one ? [{ position, check: one.check.id, start: registry.run(writeup, one, fleet, by) }] : [];
      });
      starts.sort((one, other) => one.position - other.position);
      let runs: Accepted['runs'];
      try {
        runs = await Promise.all(starts.map(async ({ check, start }) => ({ check, ...(await start) })));
      } catch (error) {
        if (error instanceof RefusedRunError) return refuse(message, store.full() ?? error.message);
        throw error;
      }
      for (const { check, run, joined } of runs)
        audit('run', `${check} ${run}`, joined ? 'joined' : 'started');
      const members = runs.map(({ check, run }) => ({ check, run }));
      const isNew = runs.some(({ joined }) => !joined);
      // Joining the runs of the newest set makes no second one.
      const newest = isNew ? undefined : await store.sets.newest(id);
      const joined = isDeepStrictEqual(newest?.members, members) ? newest : undefined;
      const created =
        members.length > 1 && isNew ? await sets.saveTogether(id, requester.name, members) : undefined;
      const answer: Accepted = { type: 'accepted', key, runs, set: (created ?? joined)?.set ?? null };
      requestIds.add(requester.reader, answer);
      send(answer);
      if (created) presence.send(id, { type: 'set', set: created });
    },
    async save({ id }: LoadedWriteup, { name }: Requester, message: Extract<Up, { type: 'save' }>) {
      const { key, runs, title, note } = message;
      const set = await sets.save({ writeup: id, by: name, runs, title, note });
      if (typeof set === 'string') return refuse(message, set);
      audit('save', `${targetOf(message)} as ${set.set}`, 'done');
      send({ type: 'saved', key, set });
      presence.send(id, { type: 'set', set });
    },
  };
}
