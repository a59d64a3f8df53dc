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

/** The absolute time, in UTC, to the second. */
export function utc(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

export function duration(seconds: number): string {
  if (seconds < 0.1) return `${Math.round(seconds * 1000)} ms`;
  return seconds < 60
    ? `${seconds.toFixed(1)} s`
    : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** Where evidence came from, in words that cannot be taken for another provenance. */
export const PROVENANCE = {
  live: 'live, real machines',
  lab: 'lab, stand-in machines',
  recording: 'recording of the lab',
} as const;

/** The same in a word, where the context says the rest. */
export const PLACE = { live: 'real machines', lab: 'lab', recording: 'recording of the lab' } as const;

/** A condition's name as words. */
export function condition(name: string): string {
  return name.replaceAll('-', ' ').replaceAll('+', ' + ');
}
