/** How many records are kept. */
export type Retention = {
  /** At most so many ended runs. */
  readonly runs: number;
  readonly days: number;
  /** Of all files of runs together. */
  readonly bytes: number;
};
