/** `/badge/<writeup>.svg` and `.json`: the status of a limitation from its newest records, for a README or an issue. */
import { isCurrent, type LimitationStatus, limitationStatus } from '../../src/core/run/limitation.ts';
import { badgeCacheSeconds, type BadgeFacts, badgeSvg, shieldsJson } from '../../src/core/report/badge.ts';
import { hashesOf, type LoadedWriteup } from '../content/load.ts';
import { documentedPlaces } from '../runs/documentedRuns.ts';
import type { RecordsContext } from './recordsContext.ts';
import type { RecordResponse } from './response.ts';

const label = 'limitation';
/** A month without a record, and nobody should rely on the last one. */
const maxAgeSeconds = 30 * 86_400;
const mostCacheSeconds = 300;
/** Enough runs to find one that was not cancelled. */
const mostRuns = 10;

export async function badgeResponse(
  context: RecordsContext,
  id: string,
  form: 'svg' | 'json',
): Promise<RecordResponse> {
  const writeup = context.writeups.get(id);
  const facts = factsOf(writeup && (await statusOf(context, writeup)), context.date());
  return {
    kind: 'text',
    status: writeup ? 200 : 404,
    headers: {
      'content-type': form === 'svg' ? 'image/svg+xml; charset=utf-8' : 'application/json; charset=utf-8',
      // Proxies of images keep one for long unless they are told not to.
      'cache-control': `public, max-age=${Math.min(mostCacheSeconds, badgeCacheSeconds(facts))}`,
    },
    body: form === 'svg' ? badgeSvg(facts) : `${JSON.stringify(shieldsJson(facts))}\n`,
  };
}

function factsOf(status: LimitationStatus | undefined, now: Date): BadgeFacts {
  const { since, source } = status ?? {};
  if (status === undefined || since === undefined || source === undefined)
    return { status: 'unknown', label };
  // A clock that was set back makes no negative age.
  const ageSeconds = Math.max(0, (now.getTime() - Date.parse(since)) / 1000);
  return { status: status.status, label, source, ageSeconds, maxAgeSeconds };
}

/** From the newest records of the deciding rows, by the present version of their checks. Nothing when the writeup has no limitation. */
async function statusOf(
  { store }: RecordsContext,
  { id, writeup, checks }: LoadedWriteup,
): Promise<LimitationStatus | undefined> {
  const deciding = writeup.limitation?.checks;
  if (deciding === undefined) return undefined;
  const hashes = hashesOf(checks);
  // Real machines before the lab.
  const placed = documentedPlaces.map(async (place) => {
    const lists = await Promise.all(
      deciding.map((check) => store.history.list({ writeup: id, check, ...place }, mostRuns)),
    );
    const newest = lists.flatMap((rows) => rows.find(({ summary }) => summary.how !== 'cancelled') ?? []);
    return limitationStatus(
      deciding,
      newest.map(({ summary }) => summary).filter((run) => isCurrent(run, hashes)),
    );
  });
  const statuses = await Promise.all(placed);
  return statuses.find(({ rows, of }) => rows === of) ?? statuses.find(({ rows }) => rows > 0) ?? statuses[0];
}
