/** Where a presentation stands, and where a key leads. Pure; drawing and telling others is left to the elements and `broadcast.ts`. */
import type { Presenting } from '../../core/protocol/down.ts';
import { never } from '../../core/vocabulary.ts';

export type Place = Presenting['at'];
export type View = Place['view'];
/** The checks in the order of the page, and the views that it can give. */
export type Presentation = { readonly slides: readonly string[]; readonly views: readonly View[] };

export type Action =
  | 'next'
  | 'back'
  | 'first'
  | 'last'
  | 'run'
  | 'all'
  | 'check'
  | 'difference'
  | 'matrix'
  | 'picture'
  | 'freeze'
  | 'help'
  | 'end';

const KEYS: ReadonlyMap<string, Action> = new Map([
  ['ArrowRight', 'next'],
  [' ', 'next'],
  // What the little remote controls of presenters send.
  ['PageDown', 'next'],
  ['ArrowLeft', 'back'],
  ['PageUp', 'back'],
  ['Home', 'first'],
  ['End', 'last'],
  ['r', 'run'],
  ['a', 'all'],
  ['c', 'check'],
  ['d', 'difference'],
  ['v', 'matrix'],
  ['g', 'picture'],
  ['f', 'freeze'],
  ['?', 'help'],
  ['Escape', 'end'],
]);

export function actionFor(key: string): Action | undefined {
  return KEYS.get(key.length === 1 ? key.toLowerCase() : key);
}

/** The first check, or nothing where a page has none. */
export function firstPlace({ slides: [slide] }: Presentation): Place | undefined {
  return slide === undefined ? undefined : { slide, view: 'check' };
}

/** The place after the act; the same object when it leads nowhere else. */
export function placeAfter(place: Place, act: Action, deck: Presentation): Place {
  switch (act) {
    case 'next':
      return stepped(place, 1, deck);
    case 'back':
      return stepped(place, -1, deck);
    case 'first':
      return at(place, deck.slides[0]);
    case 'last':
      return at(place, deck.slides.at(-1));
    case 'check':
    case 'difference':
    case 'matrix':
    case 'picture': {
      // The same key again leads back.
      const view = place.view === act ? 'check' : act;
      return view === place.view || !deck.views.includes(view) ? place : { ...place, view };
    }
    case 'run':
    case 'all':
    case 'freeze':
    case 'help':
    case 'end':
      return place;
    default:
      return never(act);
  }
}

/** From a view of the whole, going on leads to the check that was at hand. */
function stepped(place: Place, by: number, { slides }: Presentation): Place {
  if (place.view === 'matrix' || place.view === 'picture') return { ...place, view: 'check' };
  const to = slides.indexOf(place.slide) + by;
  return at(place, slides[to]);
}

function at(place: Place, slide: string | undefined): Place {
  return slide === undefined || slide === place.slide ? place : { ...place, slide };
}

/** What a follower of this place sees: a view that its own page cannot give becomes the check. */
export function placeForFollower({ slide, view }: Place, { slides, views }: Presentation): Place | undefined {
  if (!slides.includes(slide)) return undefined;
  return { slide, view: views.includes(view) ? view : 'check' };
}
