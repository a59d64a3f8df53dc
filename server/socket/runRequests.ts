/** Requests of a page to run checks or to save a set: each request id is carried out once. */
import { isDeepStrictEqual } from 'node:util';
import type { Up } from '../../src/core/protocol/up.ts';
import type { AuditAction } from '../audit/auditLine.ts';
import { targetOf } from '../auth/grants.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { startOrder } from '../runs/schedule.ts';
import { dropOldest } from '../identity/rateLimits.ts';
import type { Accepted, ConnectionDeps, ConnectionOptions, Keyed, Requester } from './connectionDeps.ts';

export type RequestIds = ReturnType<typeof createRequestIds>;

/** Runs of all answers together: about 4 MiB. */
const rememberedRuns = 16 * 1024;

/** Accepted run requests of all connections: the same request again gets the same answer and starts nothing. */
export function createRequestIds() {
  const answers = new Map<string, Accepted>();
  let runs = 0;
  return {
    find: (reader: string, key: string) => answers.get(`${reader}/${key}`),
    add(reader: string, answer: Accepted) {
      answers.set(`${reader}/${answer.key}`, answer);
      runs += answer.runs.length;
      dropOldest(answers, (oldest) => {
        const isExcess = runs > rememberedRuns;
        if (isExcess) runs -= oldest.runs.length;
        return isExcess;
      });
    },
  };
}

type RunRequestsOptions = ConnectionOptions & {
  readonly audit: (action: AuditAction, target: string, outcome: string) => void;
  readonly refuse: (request: Keyed, message: string) => void;
};

export function createRunRequests(
  { registry, store, fleets, presence, sets, auth }: ConnectionDeps,
  { requestIds, principal, writer: { send }, audit, refuse }: RunRequestsOptions,
) {
  return {
    run(writeup: LoadedWriteup, requester: Requester, message: Extract<Up, { type: 'run' }>) {
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
      const started = startOrder(loaded.map(({ check }) => check)).flatMap((position) => {
        const one = loaded[position];
        return one
          ? [{ position, check: one.check.id, ...registry.run(writeup, one, fleet, requester) }]
          : [];
      });
      const runs = started
        .sort((one, other) => one.position - other.position)
        .map(({ check, run, joined }) => ({ check, run, joined }));
      for (const { check, run, joined } of runs)
        audit('run', `${check} ${run}`, joined ? 'joined' : 'started');
      const members = runs.map(({ check, run }) => ({ check, run }));
      const newest = store.sets.newest(id);
      // Joining the runs of the newest set makes no second one.
      const joined = starting === 0 && isDeepStrictEqual(newest?.members, members) ? newest : undefined;
      const created =
        members.length > 1 && starting > 0 ? sets.saveTogether(id, requester.name, members) : undefined;
      const answer: Accepted = { type: 'accepted', key, runs, set: (created ?? joined)?.set ?? null };
      requestIds.add(requester.reader, answer);
      send(answer);
      if (created) presence.send(id, { type: 'set', set: created });
    },
    save({ id }: LoadedWriteup, { name }: Requester, message: Extract<Up, { type: 'save' }>) {
      const { key, runs, title, note } = message;
      const set = sets.save({ writeup: id, by: name, runs, title, note });
      if (typeof set === 'string') return refuse(message, set);
      audit('save', `${targetOf(message)} as ${set.set}`, 'done');
      send({ type: 'saved', key, set });
      presence.send(id, { type: 'set', set });
    },
  };
}
