/** What a page knows of its checks, reduced from the server's messages. Pure. */
import type {
  EndedRun,
  RecordedResults,
  Down,
  FleetView,
  Presenting,
  RunSet,
  Summary,
} from '../../core/protocol/down.ts';
import type { Notice } from '../../core/run/lifecycle.ts';
import type { Overview } from '../../core/protocol/overview.ts';
import type { Viewer } from '../../core/protocol/rights.ts';
import { never } from '../../core/vocabulary.ts';
import type { LabTaskState } from './labTask.ts';
import { type ResultsByCondition, withRun } from './conditionResults.ts';

/** What a page knows of the recordings that were built with its site. */
export type RecordingsState =
  | { readonly state: 'unread' | 'none' }
  | (Omit<RecordedResults, 'last'> & {
      readonly state: 'ready';
      readonly last: ReadonlyMap<string, EndedRun>;
    });

export type Active = Exclude<Summary, { state: 'ended' }>;

export type Link =
  | { readonly state: 'connecting' | 'open' }
  /** Lost after it was open. */
  | { readonly state: 'waiting' }
  /** Never reached: a static host, or the server is down. */
  | { readonly state: 'absent' }
  /** The server refuses this page for good. */
  | { readonly state: 'ended'; readonly message: string };

export type Activity =
  | { readonly at: 'idle' }
  | { readonly at: 'requested'; readonly key: string }
  | { readonly at: 'accepted'; readonly run: string }
  /** `since` is the page's own clock in milliseconds. */
  | { readonly at: 'active'; readonly summary: Active; readonly since: number };

export type CheckState = {
  readonly activity: Activity;
  readonly last: EndedRun | undefined;
  /** A newer run that was cancelled or interrupted; `last` is then the older, finished one. */
  readonly lastAttempt: EndedRun | undefined;
};

export type State = {
  readonly link: Link;
  readonly fleet: FleetView | undefined;
  /** This page's name for others, as holder of the lab. */
  readonly you: string;
  /** Undefined before a server has answered. */
  readonly viewer: Viewer | undefined;
  /** The names of everybody on this page, this reader among them. */
  readonly readers: readonly string[];
  readonly presenting: Presenting | null;
  /** Newest first, at most `SETS_KEPT`. */
  readonly sets: readonly RunSet[];
  readonly notices: readonly Notice[];
  readonly results: ResultsByCondition;
  readonly labTask: LabTaskState;
  readonly checkHashes: Readonly<Record<string, string>>;
  readonly checks: ReadonlyMap<string, CheckState>;
  /** Undefined before a server has answered. */
  readonly overview: Overview | undefined;
  readonly recordings: RecordingsState;
  /** Runs that cannot be followed, and why. */
  readonly unknownRuns: ReadonlyMap<string, string>;
};

export const START: State = {
  link: { state: 'connecting' },
  fleet: undefined,
  you: '',
  viewer: undefined,
  readers: [],
  presenting: null,
  sets: [],
  notices: [],
  results: new Map(),
  labTask: { at: 'idle' },
  checkHashes: {},
  checks: new Map(),
  overview: undefined,
  recordings: { state: 'unread' },
  unknownRuns: new Map(),
};

export type Event =
  | { readonly type: 'down'; readonly down: Down; readonly now: number }
  | { readonly type: 'link'; readonly link: Link }
  | { readonly type: 'requested'; readonly key: string; readonly checks: readonly string[] }
  | { readonly type: 'recordings'; readonly recordings: RecordingsState }
  | { readonly type: 'labTask'; readonly labTask: LabTaskState }
  | { readonly type: 'playing'; readonly summary: Summary; readonly now: number };

export const NOT_RUN: CheckState = { activity: { at: 'idle' }, last: undefined, lastAttempt: undefined };

export function checkStateOf(state: State, check: string): CheckState {
  return state.checks.get(check) ?? NOT_RUN;
}

/** That of the server's runs; that of the recordings stands in while nothing has run. */
export function overviewOf({ overview, recordings }: State): Overview | undefined {
  return recordings.state === 'ready' && !overview?.runs ? recordings.overview : overview;
}

/** The state after the event. States that it does not touch stay the same objects. */
export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case 'link':
      return { ...state, link: event.link };
    case 'recordings':
      return { ...state, recordings: event.recordings };
    case 'labTask':
      return { ...state, labTask: event.labTask };
    case 'requested':
      return change(state, event.checks, (check) =>
        isBusy(check) ? check : { ...check, activity: { at: 'requested', key: event.key } },
      );
    case 'playing':
      return played(state, event.summary, event.now);
    case 'down':
      return reduceDown(state, event.down, event.now);
    default:
      return never(event);
  }
}

function reduceDown(state: State, down: Down, now: number): State {
  switch (down.type) {
    case 'welcome':
      return welcomed(state, down, now);
    case 'fleet':
      return { ...state, fleet: down.fleet };
    case 'summary':
      return withSummary(state, down.summary, now);
    case 'done':
      return state;
    case 'standing':
      return { ...state, viewer: down.viewer };
    case 'here':
      return { ...state, readers: down.readers };
    case 'presenting':
      return { ...state, presenting: down.presenting };
    case 'set':
    case 'saved':
      return withSet(state, down.set);
    case 'notices':
      return { ...state, notices: down.notices };
    case 'overview':
      return { ...state, overview: down.overview };
    case 'accepted':
      return down.runs.reduce(
        (before, { check, run }) => answered(before, [check], down.key, { at: 'accepted', run }),
        state,
      );
    case 'refused':
      return answered(state, [...state.checks.keys()], down.key, { at: 'idle' });
    case 'unknown-run':
      return { ...state, unknownRuns: new Map(state.unknownRuns).set(down.run, down.message) };
    default:
      return never(down);
  }
}

/** Sets the activity of those checks that wait for the answer to this request. */
function answered(state: State, checks: readonly string[], key: string, activity: Activity): State {
  return change(state, checks, (check) =>
    check.activity.at === 'requested' && check.activity.key === key ? { ...check, activity } : check,
  );
}

/** A welcome replaces everything but the requests without an answer: those are sent again. */
function welcomed(state: State, down: Extract<Down, { type: 'welcome' }>, now: number): State {
  const checks = new Map<string, CheckState>();
  for (const [id, { activity }] of state.checks)
    if (activity.at === 'requested') checks.set(id, { ...NOT_RUN, activity });
  let next: State = {
    ...state,
    link: { state: 'open' },
    fleet: down.fleet,
    you: down.you,
    viewer: down.viewer,
    readers: down.here,
    presenting: down.presenting,
    notices: down.notices,
    overview: down.overview,
    checkHashes: down.checkHashes,
    checks,
  };
  if (down.set !== null) next = withSet(next, down.set);
  for (const summary of [...down.latest, ...down.active]) next = withSummary(next, summary, now);
  return next;
}

const SETS_KEPT = 16;
function withSet(state: State, set: RunSet): State {
  const others = state.sets.filter((other) => other.set !== set.set);
  const sets = [set, ...others].sort((a, b) => (a.set < b.set ? 1 : -1)).slice(0, SETS_KEPT);
  return { ...state, sets };
}

function withSummary(state: State, summary: Summary, now: number): State {
  if (summary.state === 'ended')
    return change({ ...state, results: withRun(state.results, summary) }, [summary.check], (check) =>
      withEnded(check, summary),
    );
  return change(state, [summary.check], (check): CheckState => {
    const before = check.activity;
    const same =
      before.at === 'active' && before.summary.run === summary.run && before.summary.state === summary.state;
    return { ...check, activity: { at: 'active', summary, since: same ? before.since : now } };
  });
}

/** A recording that the reader plays replaces any result, however new. */
function played(state: State, summary: Summary, now: number): State {
  if (summary.state !== 'ended') return withSummary(state, summary, now);
  return change(state, [summary.check], () => ({ ...NOT_RUN, last: summary }));
}

/** A cancelled or interrupted run never replaces a finished one. */
function withEnded(check: CheckState, summary: EndedRun): CheckState {
  const activity: Activity = runOf(check) === summary.run ? { at: 'idle' } : check.activity;
  const { last } = check;
  if (last !== undefined && last.endedAt > summary.endedAt) return { ...check, activity };
  if (summary.how !== 'finished' && last?.how === 'finished') return { activity, last, lastAttempt: summary };
  return { activity, last: summary, lastAttempt: undefined };
}

/** Whether a press of Run would only join a run that has started. */
export const isBusy = ({ activity }: CheckState): boolean => activity.at !== 'idle';

/** The run to show for a check: the one that runs now, or the last that ended. */
export function runOf({ activity, last }: CheckState): string | undefined {
  if (activity.at === 'accepted') return activity.run;
  return activity.at === 'active' ? activity.summary.run : last?.run;
}

function change(state: State, checks: readonly string[], to: (check: CheckState) => CheckState): State {
  const next = new Map(state.checks);
  for (const check of checks) next.set(check, to(checkStateOf(state, check)));
  return { ...state, checks: next };
}
