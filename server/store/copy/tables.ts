/** The tables of the index as every engine has them, for records that move between stores. */
import { placesFor, type Row, type SqlValue, type Statement } from '../sql.ts';

/** `fixed` never changes once a record has ended; `all` with what readers, operators and the length of its log decide. */
const columns = (fixed: string, more = '') => ({
  fixed: fixed.split(' '),
  all: `${fixed} pinned asked_at kept_by kept_at${more}`.split(' '),
});

const ofRun = 'run writeup check_id title roles fleet started_at source condition state verdict how summary';
export const runColumns = columns(ofRun, ' bytes');
export const setColumns = columns('id writeup title note by_whom started_at');
export const memberColumns = ['id', 'run', 'check_id', 'place'];
const numbers: ReadonlySet<string> = new Set(['bytes', 'pinned', 'place']);

/** PostgreSQL gives a large number as text. */
const cellOf = (row: Row, column: string): SqlValue =>
  numbers.has(column) ? Number(row[column]) : String(row[column]);

/** Adds a row, unless one with its key is there. */
export const insertion = (table: string, names: readonly string[], row: Row): Statement => [
  `INSERT INTO ${table} (${names.join(', ')}) VALUES (${placesFor(names)}) ON CONFLICT DO NOTHING`,
  ...names.map((name) => cellOf(row, name)),
];

/** The first of these columns in which two rows differ. */
export const differenceOf = (names: readonly string[], one: Row, other: Row): string | undefined =>
  names.find((name) => cellOf(one, name) !== cellOf(other, name));
