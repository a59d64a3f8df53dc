/** What a page knows of its checks, folded from what the server says. Talking and timing are left to `session.ts`. */
import type { Notice } from '../../core/run/notice.ts';
import type { Down, EndedRun, FleetView, Presenting, RunSet, Summary } from '../../core/protocol/down.ts';
import type { Viewer } from '../../core/protocol/viewer.ts';
import { never } from '../../core/vocabulary.ts';
import { type LabTaskState, heard, IDLE, settled } from './labTask.ts';
import { type Tables, withRun } from './conditionResults.ts';

export type Active = Exclude<Summary, { state: 'ended' }>;

export type Link =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  /** Lost after it was open. */
  | { readonly state: 'waiting' }
  /** Never reached: the page stands on a static host, or the server is down. */
  | { readonly state: 'absent' }
  /** The server said not to come back. */
  | { readonly state: 'ended'; readonly message: string };

export type Now =
  | { readonly at: 'rest' }
  | { readonly at: 'asked'; readonly key: string }
  | { readonly at: 'accepted'; readonly run: string }
  /** `since` is the page's own clock in milliseconds. */
  | { readonly at: 'active'; readonly summary: Active; readonly since: number };

export type CheckState = {
  readonly now: Now;
  readonly last: EndedRun | undefined;
  /** A newer attempt that was cancelled or interrupted: `last` is what is still known. */
  readonly attempt: EndedRun | undefined;
};

export type RecordingsState =
  | { readonly state: 'unread' }
  | { readonly state: 'none' }
  | { readonly state: 'ready'; readonly recordedAt: string; readonly last: ReadonlyMap<string, EndedRun> };

export type State = {
  readonly link: Link;
  readonly fleet: FleetView | undefined;
  /** What this page is called where others see who holds the lab. */
  readonly you: string;
  /** Who reads, and what they may do; nothing before a server has said so. */
  readonly viewer: Viewer | undefined;
  /** Who reads this writeup now, this page among them. */
  readonly here: readonly string[];
  readonly presenting: Presenting | null;
  /** The newest set of runs of this writeup. */
  readonly set: RunSet | null;
  /** The sets heard of since the page was opened, newest first, at most so many as `SETS_KEPT`. */
  readonly sets: readonly RunSet[];
  readonly notices: readonly Notice[];
  readonly tables: Tables;
  readonly doing: LabTaskState;
  readonly checkHashes: Readonly<Record<string, string>>;
  readonly checks: ReadonlyMap<string, CheckState>;
  readonly shelf: RecordingsState;
  /** Runs that cannot be followed, and why. */
  readonly unknownRuns: ReadonlyMap<string, string>;
};

export const START: State = {
  link: { state: 'connecting' },
  fleet: undefined,
  you: '',
  viewer: undefined,
  here: [],
  presenting: null,
  set: null,
  sets: [],
  notices: [],
  tables: new Map(),
  doing: IDLE,
  checkHashes: {},
  checks: new Map(),
  shelf: { state: 'unread' },
  unknownRuns: new Map(),
};

export type Event =
  | { readonly type: 'down'; readonly down: Down; readonly now: number }
  | { readonly type: 'link'; readonly link: Link }
  | { readonly type: 'asked'; readonly key: string; readonly checks: readonly string[] }
  | { readonly type: 'shelf'; readonly shelf: RecordingsState }
  | { readonly type: 'doing'; readonly doing: LabTaskState }
  | { readonly type: 'playing'; readonly summary: Summary; readonly now: number };

export const UNTAKEN: CheckState = { now: { at: 'rest' }, last: undefined, attempt: undefined };

/** The state of one check; one never heard of is untaken. */
export function checkStateOf(state: State, check: string): CheckState {
  return state.checks.get(check) ?? UNTAKEN;
}

/** The state after the event. States that it does not touch stay the same objects. */
export function reduce(state: State, event: Event): State {
  switch (event.type) {
    case 'link':
      return { ...state, link: event.link };
    case 'shelf':
      return { ...state, shelf: event.shelf };
    case 'doing':
      return { ...state, doing: event.doing };
    case 'asked':
      return change(state, event.checks, (taken) =>
        isBusy(taken) ? taken : { ...taken, now: { at: 'asked', key: event.key } },
      );
    case 'playing':
      return played(state, event.summary, event.now);
    case 'down':
      return withDoing(reduceDown(state, event.down, event.now), event.down);
    default:
      return never(event);
  }
}

/** The reader's errand hears every answer, and goes on when its checks are through. */
function withDoing(state: State, down: Down): State {
  const doing = settled(heard(state.doing, down), (check) => isBusy(checkStateOf(state, check)));
  return doing === state.doing ? state : { ...state, doing };
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
      return { ...state, here: down.readers };
    case 'presenting':
      return { ...state, presenting: down.presenting };
    case 'set':
    case 'frozen':
      return withSet(state, down.set);
    case 'notices':
      return { ...state, notices: down.notices };
    case 'accepted':
      return down.runs.reduce(
        (before, { check, run }) =>
          change(before, [check], (taken) =>
            taken.now.at === 'asked' && taken.now.key === down.key
              ? { ...taken, now: { at: 'accepted', run } }
              : taken,
          ),
        state,
      );
    // Why, is said where it was pressed.
    case 'refused':
      return change(state, [...state.checks.keys()], (taken) =>
        taken.now.at === 'asked' && taken.now.key === down.key ? { ...taken, now: { at: 'rest' } } : taken,
      );
    case 'unknown-run':
      return { ...state, unknownRuns: new Map(state.unknownRuns).set(down.run, down.message) };
    default:
      return never(down);
  }
}

/** A welcome is the whole truth; only what was asked and not yet answered is kept, because it is asked again. */
function welcomed(state: State, down: Extract<Down, { type: 'welcome' }>, now: number): State {
  const checks = new Map<string, CheckState>();
  for (const [check, taken] of state.checks)
    if (taken.now.at === 'asked') checks.set(check, { ...UNTAKEN, now: taken.now });
  let next: State = {
    ...state,
    link: { state: 'open' },
    fleet: down.fleet,
    you: down.you,
    viewer: down.viewer,
    here: down.here,
    presenting: down.presenting,
    notices: down.notices,
    checkHashes: down.checkHashes,
    checks,
  };
  next = down.set === null ? { ...next, set: null } : withSet(next, down.set);
  for (const summary of [...down.latest, ...down.active]) next = withSummary(next, summary, now);
  return next;
}

const SETS_KEPT = 16;
function withSet(state: State, set: RunSet): State {
  const others = state.sets.filter((other) => other.set !== set.set);
  const sets = [set, ...others].sort((a, b) => (a.set < b.set ? 1 : -1)).slice(0, SETS_KEPT);
  return { ...state, set: sets[0] ?? null, sets };
}

function withSummary(state: State, summary: Summary, now: number): State {
  if (summary.state === 'ended')
    return change({ ...state, tables: withRun(state.tables, summary) }, [summary.check], (taken) =>
      withEnded(taken, summary),
    );
  return change(state, [summary.check], (taken): CheckState => {
    const before = taken.now;
    const same =
      before.at === 'active' && before.summary.run === summary.run && before.summary.state === summary.state;
    return { ...taken, now: { at: 'active', summary, since: same ? before.since : now } };
  });
}

/** What the reader has just played is what is shown, however new the record before it was. */
function played(state: State, summary: Summary, now: number): State {
  if (summary.state !== 'ended') return withSummary(state, summary, now);
  return change(state, [summary.check], () => ({ ...UNTAKEN, last: summary }));
}

/** A run that did not come to its end never takes the place of one that did. */
function withEnded(taken: CheckState, summary: EndedRun): CheckState {
  const now: Now = runOf(taken) === summary.run ? { at: 'rest' } : taken.now;
  const { last } = taken;
  if (last !== undefined && last.endedAt > summary.endedAt) return { ...taken, now };
  if (summary.how !== 'finished' && last?.how === 'finished') return { now, last, attempt: summary };
  return { now, last: summary, attempt: undefined };
}

/** Whether a press of Run would only join what is on its way already. */
export function isBusy({ now }: CheckState): boolean {
  return now.at === 'asked' || now.at === 'accepted' || now.at === 'active';
}

/** The run to show for a check: the one on its way, or the last that ended. */
export function runOf({ now, last }: CheckState): string | undefined {
  if (now.at === 'accepted') return now.run;
  return now.at === 'active' ? now.summary.run : last?.run;
}

function change(state: State, checks: readonly string[], to: (taken: CheckState) => CheckState): State {
  const next = new Map(state.checks);
  for (const check of checks) next.set(check, to(checkStateOf(state, check)));
  return { ...state, checks: next };
}
