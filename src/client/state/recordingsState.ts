/** What a page knows of the recordings that were built with its site. */
import type { EndedRun, RecordedResults } from '../../core/protocol/down.ts';

export type RecordingsState =
  | { readonly state: 'unread' }
  | { readonly state: 'none' }
  | (Omit<RecordedResults, 'last'> & {
      readonly state: 'ready';
      readonly last: ReadonlyMap<string, EndedRun>;
    });
