/** Times and sizes in words. The clock is handed in. */

/** How long ago, as a reader says it. A time in the future is "just now": clocks differ. */
export function ago(iso: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000));
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

export { condition, duration, PLACE, PROVENANCE, size, span, utc } from '../core/report/words.ts';

/** Whether a day, YYYY-MM-DD, has ended in UTC. */
export function isOver(day: string, now: number): boolean {
  return now >= Date.parse(`${day}T00:00:00Z`) + 86_400_000;
}
