/** The place that a presentation shows, its keys, where each leads, and how others are told. */
import type { Presenting } from '../../core/protocol/down.ts';
import { never } from '../../core/vocabulary.ts';
import type { Answer, Request } from '../state/requests.ts';

export type Place = Presenting['at'];
export type View = Place['view'];
/** The checks in the order of the page, and the views that it can give. */
export type Presentation = { readonly slides: readonly string[]; readonly views: readonly View[] };

/** `keys` as the browser names them. The legend shows `label` and `word`, the help `message`; without a label, neither. */
const key = <Name extends string>(
  action: Name,
  keys: readonly string[],
  label = '',
  word: string = action,
  message = '',
) => ({ action, keys, label, word, message });

// Page Up and Page Down are what a presenter's remote control sends.
const KEYS = [
  key('back', ['ArrowLeft', 'PageUp'], '←', 'back', 'The previous check.'),
  key(
    'next',
    ['ArrowRight', ' ', 'PageDown'],
    '→',
    'next',
    'The next check. Space and Page Down do the same.',
  ),
  key('first', ['Home']),
  key('last', ['End']),
  key('run', ['r'], 'r', 'run', 'Runs this check; in the matrix, all of them.'),
  key('all', ['a'], 'a', 'run all', 'Runs every check.'),
  key('cancel', ['x'], 'x', 'cancel', 'Cancels what runs.'),
  key('check', ['c']),
  key('difference', ['d'], 'd', 'difference', 'Documented and observed, large. Again: back.'),
  key('matrix', ['v'], 'v', 'matrix', 'All checks with their verdicts. Again: back.'),
  key('picture', ['g'], 'g', 'picture', 'Who reaches whom. Again: back.'),
  key('save', ['s'], 's', 'save', 'Saves a report of what was run.'),
  key('help', ['?'], '?', 'help', 'This list.'),
  key('end', ['Escape'], 'Esc', 'end', 'Ends the presentation, for followers too.'),
];
type LegendKey = (typeof KEYS)[number];
export type Action = LegendKey['action'];
export type Mode = 'presenting' | 'following';

export function actionFor(key: string): Action | undefined {
  const name = key.length === 1 ? key.toLowerCase() : key;
  return KEYS.find(({ keys }) => keys.includes(name))?.action;
}

/** The keys to show. A follower may only leave and read the help; a view that the page cannot give has no key. */
export function legendKeys(mode: Mode, views: readonly View[]): LegendKey[] {
  if (mode === 'following')
    return [
      key('help', ['?'], '?', 'help', 'This list.'),
      key('end', ['Escape'], 'Esc', 'leave', 'Leaves the presentation; it goes on without this screen.'),
    ];
  return KEYS.filter(
    ({ action, label }) =>
      label !== '' && ((action !== 'matrix' && action !== 'picture') || views.includes(action)),
  );
}

export function firstPlace({ slides: [slide] }: Presentation): Place | undefined {
  return slide === undefined ? undefined : { slide, view: 'check' };
}

/** The place after the action; the same object when nothing changes. */
export function placeAfter(place: Place, action: Action, presentation: Presentation): Place {
  switch (action) {
    case 'next':
      return stepped(place, 1, presentation);
    case 'back':
      return stepped(place, -1, presentation);
    case 'first':
      return at(place, presentation.slides[0]);
    case 'last':
      return at(place, presentation.slides.at(-1));
    case 'check':
    case 'difference':
    case 'matrix':
    case 'picture': {
      // The same key again leads back.
      const view = place.view === action ? 'check' : action;
      return view === place.view || !presentation.views.includes(view) ? place : { ...place, view };
    }
    case 'run':
    case 'all':
    case 'cancel':
    case 'save':
    case 'help':
    case 'end':
      return place;
    default:
      return never(action);
  }
}

/** From the matrix or the picture, every step leads back to the current check. */
function stepped(place: Place, by: number, { slides }: Presentation): Place {
  if (place.view === 'matrix' || place.view === 'picture') return { ...place, view: 'check' };
  const to = slides.indexOf(place.slide) + by;
  return at(place, slides[to]);
}

function at(place: Place, slide: string | undefined): Place {
  return slide === undefined || slide === place.slide ? place : { ...place, slide };
}

/** What a follower sees: the check, where its own page cannot give the view. */
export function placeForFollower({ slide, view }: Place, { slides, views }: Presentation): Place | undefined {
  if (!slides.includes(slide)) return undefined;
  return { slide, view: views.includes(view) ? view : 'check' };
}

/** A held key moves thirty times a second; the server closes the connection above ten messages a second. */
const PAUSE_MS = 250;

/** `onAnswer` gets the answer to each place, so that a presenter knows whether anybody sees it. */
export function createBroadcast(
  request: (request: Request) => Promise<Answer>,
  schedule: (ms: number, then: () => void) => void,
  onAnswer: (answer: Answer) => void,
) {
  let wanted: Place | null = null;
  let sent: Place | null | undefined;
  let busy = false;
  const sendNewest = () => {
    if (busy || sent === wanted) return;
    busy = true;
    sent = wanted;
    void request({ type: 'present', at: wanted }).then((answer) => {
      onAnswer(answer);
      schedule(PAUSE_MS, () => {
        busy = false;
        sendNewest();
      });
    });
  };
  return {
    /** `null` ends the presentation. */
    show(place: Place | null): void {
      wanted = place;
      sendNewest();
    },
    resend(): void {
      sent = undefined;
      sendNewest();
    },
  };
}
