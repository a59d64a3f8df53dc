/** Defines the elements that most pages need at once, and loads the others. The page can be read without them. */
import { isDocumentedCondition } from '../client/state/conditionResults.ts';
import { inSlices } from './base/LiveElement.ts';
import { type ElementGroup, left, loadElements } from './base/loadElements.ts';
import './base/v-menu.ts';
import './base/v-theme.ts';
import './base/v-toc.ts';
import './present/v-more.ts';
import './run/v-review.ts';
import './run/v-row.ts';
import './run/v-run-all.ts';
import './run/v-run.ts';
import './run/v-status.ts';

const groups: readonly ElementGroup[] = [
  { tags: 'v-badge', load: () => import('./base/v-badge.ts') },
  { tags: 'v-filter', load: () => import('./base/v-filter.ts') },
  { tags: 'v-moved', load: () => import('./run/v-moved.ts'), isNeeded: () => location.hash !== '' },
  { tags: 'v-copy', load: () => import('./base/v-copy.ts') },
  { tags: 'v-follow', load: () => import('./groups/terminals.ts') },
  {
    tags: 'v-record, v-links',
    load: () => import('./groups/terminals.ts'),
    isNeeded: (state) => state !== undefined && state.checks.size > 0,
  },
  { tags: 'v-paste', load: () => import('./paste/v-paste.ts') },
  { tags: 'v-predict', load: () => import('./run/v-predict.ts') },
  { tags: 'v-replay', load: () => import('./run/v-replay.ts') },
  { tags: 'v-try, v-options, v-diagnosis, v-path', load: () => import('./groups/lab.ts') },
  {
    tags: 'v-condition-banner',
    load: () => import('./groups/lab.ts'),
    isNeeded: (state) =>
      state?.fleet?.state === 'ready' &&
      (!isDocumentedCondition(state.fleet.condition) ||
        state.fleet.lab?.applying != null ||
        (state.fleet.lab?.lease != null && state.fleet.lab.lease.holder !== state.you)),
  },
  {
    tags: 'v-announcer, v-limitation, v-attempts, v-verdict, v-observed, v-last-run',
    load: () => import('./groups/results.ts'),
    isNeeded: (state) => state !== undefined && (state.checks.size > 0 || state.recordings.state === 'ready'),
  },
  {
    tags: 'v-presence, v-signed-in, v-notices',
    load: () => import('./groups/people.ts'),
    isNeeded: (state) =>
      state === undefined ||
      state.readers.length > 1 ||
      state.notices.length > 0 ||
      (state.viewer !== undefined && state.viewer.who.via !== 'local'),
  },
];

for (const group of groups) left.add(group);
inSlices(() => loadElements(document));
