/** Times and sizes in words. The clock is handed in. */
import { agoWords } from '../../core/report/format.ts';

/** How long ago a time is, as a reader says it. */
export const ago = (iso: string, now: number): string => agoWords((now - Date.parse(iso)) / 1000);

export {
  condition,
  isDocumentedCondition,
  PLACE,
  SOURCE_WORDS,
  span,
  utc,
} from '../../core/report/format.ts';

/** Whether a day, YYYY-MM-DD, has ended in UTC. */
export function isOver(day: string, now: number): boolean {
  return now >= Date.parse(`${day}T00:00:00Z`) + 86_400_000;
}
