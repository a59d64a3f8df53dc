/** Defines the elements that most pages need at once, and loads the others. The page can be read without them. */
import { type CheckState, isBusy, type State } from '../client/state/state.ts';
import { isDocumentedCondition } from '../core/report/format.ts';
import {
  isUsed,
  onFirstUse,
  repeatEarlyPresses,
  type ElementGroup,
  left,
  loadElements,
} from './base/loadElements.ts';
import { inSlices } from './base/LiveElement.ts';
import { isOn } from './base/switches.ts';
import './base/v-theme.ts';
import './run/v-status.ts';
import './run/v-run-all.ts';
import './run/v-run.ts';

/** What can be pressed before its element is there. */
const EARLY = 'v-copy > button, v-run button, v-more summary, v-paste button, [data-row] a.title';

const isBusyOrNew = (check: CheckState) =>
  isBusy(check) || Date.parse(check.last?.endedAt ?? '') > performance.timeOrigin;
const hasActivity = (state: State | undefined) =>
  state !== undefined && [...state.checks.values()].some(isBusyOrNew);
const hasResults = (state: State | undefined) =>
  state !== undefined && (state.checks.size > 0 || state.recordings.state === 'ready');

const groups: readonly ElementGroup[] = [
  { tags: 'v-badge', load: () => import('./base/v-badge.ts') },
  { tags: 'v-filter', load: () => import('./base/v-filter.ts') },
  { tags: 'v-moved', load: () => import('./run/v-moved.ts'), isNeeded: () => location.hash !== '' },
  { tags: 'v-follow', load: () => import('./groups/terminals.ts') },
  {
    tags: 'v-record, v-links',
    load: () => import('./groups/terminals.ts'),
    isNeeded: (state) => state !== undefined && state.checks.size > 0,
  },
  {
    tags: 'v-row, v-menu, v-more, v-toc, v-copy, v-paste',
    load: () => import('./groups/used.ts').finally(repeatEarlyPresses),
    isNeeded: (state) =>
      isUsed ||
      isOn('predict-first') ||
      (state !== undefined && state.presenting !== null) ||
      hasActivity(state),
  },
  {
    tags: 'v-predict',
    load: () => import('./run/v-predict.ts'),
    isNeeded: () => isOn('predict-first'),
  },
  { tags: 'v-replay', load: () => import('./run/v-replay.ts') },
  {
    tags: 'v-try, v-options',
    load: () => import('./groups/lab.ts'),
    isNeeded: (state) => state?.fleet?.state === 'ready' && state.fleet.lab !== undefined,
  },
  { tags: 'v-diagnosis, v-path', load: () => import('./groups/causes.ts'), isNeeded: hasResults },
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
    tags: 'v-limitation, v-attempts, v-verdict, v-observed, v-last-run',
    load: () => import('./groups/results.ts'),
    isNeeded: hasResults,
  },
  {
    tags: 'v-announcer',
    load: () => import('./run/v-announcer.ts'),
    isNeeded: hasActivity,
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
inSlices(() => {
  onFirstUse(EARLY, () => loadElements(document));
  loadElements(document);
  // What shows that it can be pressed is there before that.
  for (const link of document.querySelectorAll('[data-row] a.title')) link.ariaExpanded ??= 'false';
  for (const part of document.querySelectorAll<HTMLElement>('v-more, v-paste, v-copy > button'))
    part.hidden = false;
  // Browsers that cannot style the closed part would hide the column on a wide screen too.
  const menu = document.querySelector<HTMLDetailsElement>('v-menu > details');
  if (menu !== null && !CSS.supports('selector(::details-content)')) menu.open = true;
});
