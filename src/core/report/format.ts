/** Times, sizes, sources and verdicts in words, the same on the page, in reports and in a terminal. */
import type { RunView } from '../run/run.ts';
import { AS_DOCUMENTED, type ShownSource, type Verdict } from '../vocabulary.ts';

/** The absolute time, in UTC, to the second. */
export function utc(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Seconds with more decimals than anybody reads, as a judgement's values are. */
export const EXACT_SECONDS = /\b(\d+\.\d{3,} s)\b/;

/** A length of time that was chosen by people, in its largest whole unit. */
export function span(seconds: number): string {
  if (seconds % 86_400 === 0) return seconds === 86_400 ? '1 day' : `${seconds / 86_400} days`;
  if (seconds % 3600 === 0) return `${seconds / 3600} h`;
  return seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
}

/** Where evidence came from, in words that no other source has. */
export const SOURCE_WORDS = {
  live: 'live, real machines',
  lab: 'lab, stand-in machines',
  recording: 'recording of the lab',
  pasted: 'pasted, not verified',
} as const;

/** The same in a word, where the context says the rest. */
export const PLACE = { live: 'real machines', lab: 'lab', recording: 'recording of the lab' } as const;

export function condition(name: string): string {
  return name.replaceAll('-', ' ').replaceAll('+', ' + ');
}

/** Also true of real machines, which have none. */
export const isDocumentedCondition = (name: string): boolean => name === '' || name === AS_DOCUMENTED;

export function sourceWords(from: { readonly source: ShownSource; readonly condition: string }): string {
  const where = from.condition === '' ? '' : `, condition ${condition(from.condition)}`;
  return `${SOURCE_WORDS[from.source]}${where}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The day in UTC: 22 Nov 2026. */
export function day(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** How long ago, as a reader says it. A time in the future is "just now": clocks differ. */
export function agoWords(age: number): string {
  const seconds = Math.max(0, Math.round(age));
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h ago`;
  const days = Math.floor(hours / 24);
  return days === 1 ? 'yesterday' : `${days} days ago`;
}

/** Where a run was, as the end of a sentence. */
export const SOURCE_PHRASE = {
  live: 'on real machines',
  lab: 'in the lab, on stand-in machines',
  recording: 'for a recording of the lab',
} as const;

/** The address of a record, or of a run of it. `base` is that of its server. */
export const recordAddress = (base: string, id: string): string => `${base}/runs/${encodeURIComponent(id)}`;

/** A verdict in words; those of a recording, of a paste, and of a run that was cut, cancelled or interrupted, say so first. */
export const verdictWords = (
  verdict: Verdict | 'running',
  source: ShownSource,
  how: RunView['state'],
  isDamaged = false,
): string =>
  [
    source === 'recording' ? 'recording' : source === 'pasted' ? SOURCE_WORDS.pasted : '',
    isDamaged ? 'damaged' : '',
    how === 'cancelled' || how === 'interrupted' ? how : '',
    verdict === 'running' ? 'still running' : verdict,
  ]
    .filter((word) => word !== '')
    .join(': ');

/** As people say it: "6 ms", "1.2 s", "1 min 15 s". */
export function duration(seconds: number): string {
  if (seconds > 0 && seconds < 0.001) return 'less than 1 ms';
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 9.95) return `${trimmed(seconds)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** One decimal, where it says something. */
export const trimmed = (value: number): string => value.toFixed(1).replace('.0', '');
