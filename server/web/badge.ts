/** `/badge/<writeup>.svg` and `.json`: the status of a limitation from its newest records, for a README or an issue. How it looks is left to `src/core/report/badge.ts`. */
import { type LimitationStatus, limitationStatus, type TakenRow } from '../../src/core/limitation.ts';
import { type BadgeFacts, badgeSvg, shieldsJson } from './records-render.ts';
import type { LoadedWriteup } from '../content/load.ts';
import type { Desk } from './records-page.ts';
import type { Reply } from './records-reply.ts';

/** Proxies of images keep a badge for long unless they are told not to. */
const cache = 'public, max-age=120, s-maxage=120';

export function badgeReply(desk: Desk, id: string, form: 'svg' | 'json'): Reply {
  const writeup = desk.writeups.get(id);
  const now = desk.date().toISOString();
  const facts: BadgeFacts = { known: writeup !== undefined, status: writeup && statusOf(desk, writeup), now };
  return {
    kind: 'text',
    status: writeup ? 200 : 404,
    type: form === 'svg' ? 'image/svg+xml; charset=utf-8' : 'application/json; charset=utf-8',
    body: form === 'svg' ? badgeSvg(facts) : shieldsJson(facts),
    file: '',
    cache,
  };
}

/** Where the page itself speaks of: real machines before the lab, and of the lab only its documented condition. */
const places = [
  { provenance: 'live', condition: '' },
  { provenance: 'lab', condition: 'as-documented' },
] as const;

/** From the newest records of the deciding rows, by the present version of their checks. Nothing when the writeup has no limitation. */
function statusOf({ store }: Desk, { id, writeup, checks }: LoadedWriteup): LimitationStatus | undefined {
  const deciding = writeup.limitation?.checks;
  if (deciding === undefined) return undefined;
  const statuses = places.map(({ provenance, condition }) =>
    limitationStatus(
      deciding,
      deciding.flatMap((check): TakenRow[] => {
        const { summary } =
          store.history
            .list({ writeup: id, check, provenance, condition }, looked)
            .find((row) => row.summary.how !== 'cancelled') ?? {};
        if (summary?.checkHash === undefined || summary.checkHash !== checks.get(check)?.hash) return [];
        return [{ check, judgement: summary.judgement, takenAt: summary.endedAt, provenance }];
      }),
    ),
  );
  return statuses.find(({ rows, of }) => rows === of) ?? statuses.find(({ rows }) => rows > 0) ?? statuses[0];
}

/** Enough to find one that was not cancelled. */
const looked = 10;
