/** The badge of a writeup: status of its limitation, age and source. Only fresh evidence from real machines has the full colour. */
import type { LimitationStatus } from '../run/limitation.ts';
import type { ResultSource } from '../vocabulary.ts';
import { clipLine } from './units.ts';
import { visible } from '../text/visibleText.ts';
import { agoWords } from './format.ts';
import { escapeHtml as xmlText } from './html.ts';

export type BadgeFacts =
  /** Nothing has run, or the writeup has no limitation. */
  | { readonly status: 'unknown'; readonly label: string }
  | {
      readonly status: LimitationStatus['status'];
      readonly label: string;
      readonly source: ResultSource;
      /** Of the oldest row that it rests on. */
      readonly ageSeconds: number;
      /** From this age on it is stale. */
      readonly maxAgeSeconds: number;
    };

const LABEL_COLOUR = '#3d4650';
const LIVE_COLOUR = { reproduces: '#1d4c9a', 'no longer reproduces': '#b0261c', unclear: '#85500a' } as const;

/** How a badge looks. Real machines have no pattern; the lab has stripes, a recording dots, what is stale thin lines. */
type Look = {
  readonly name: ResultSource | 'stale' | 'unknown';
  readonly colour: string;
  readonly ink: '#ffffff' | '#17202a';
  readonly frame: boolean;
  readonly pattern?: { readonly size: number; readonly inner: string; readonly turn?: number };
};

const LOOKS: Readonly<Record<Exclude<Look['name'], 'live'>, Omit<Look, 'name'>>> = {
  lab: {
    ...{ colour: '#5d6b7e', ink: '#ffffff', frame: false },
    pattern: { size: 8, inner: '<rect width="4" height="8" fill="#000000" fill-opacity=".16"/>', turn: 45 },
  },
  recording: {
    ...{ colour: '#ebeef3', ink: '#17202a', frame: true },
    pattern: { size: 4, inner: '<circle cx="2" cy="2" r=".7" fill="#46566c" fill-opacity=".35"/>' },
  },
  stale: {
    ...{ colour: '#e3e5e1', ink: '#17202a', frame: true },
    pattern: { size: 4, inner: '<rect width="1" height="4" fill="#17202a" fill-opacity=".14"/>', turn: -45 },
  },
  unknown: { colour: '#ffffff', ink: '#17202a', frame: true, pattern: { size: 4, inner: '' } },
};

function lookOf(facts: BadgeFacts): Look {
  if (facts.status === 'unknown') return { name: 'unknown', ...LOOKS.unknown };
  const name = facts.ageSeconds > facts.maxAgeSeconds ? 'stale' : facts.source;
  return name === 'live'
    ? { name, colour: LIVE_COLOUR[facts.status], ink: '#ffffff', frame: false }
    : { name, ...LOOKS[name] };
}

/** "reproduces · 2 h ago · lab"; a stale one begins with that word. */
function messageOf(facts: BadgeFacts): string {
  if (facts.status === 'unknown') return 'unknown: not run yet';
  const stale = lookOf(facts).name === 'stale' ? 'stale: ' : '';
  return `${stale}${facts.status} · ${agoWords(facts.ageSeconds)} · ${facts.source}`;
}

/** How long a cache may keep it: not beyond the time when it grows stale, and an age in hours may be off by one. */
export function badgeCacheSeconds(facts: BadgeFacts): number {
  if (facts.status === 'unknown') return 300;
  return Math.round(Math.min(3600, Math.max(300, facts.maxAgeSeconds - facts.ageSeconds)));
}

/** The endpoint schema of shields.io (shields.io/badges/endpoint-badge). */
export function shieldsJson(facts: BadgeFacts) {
  const { name, colour } = lookOf(facts);
  return {
    schemaVersion: 1,
    label: labelOf(facts),
    message: messageOf(facts),
    color: colour,
    labelColor: LABEL_COLOUR,
    isError: name === 'unknown' || name === 'stale',
    cacheSeconds: badgeCacheSeconds(facts),
  };
}

const labelOf = ({ label }: BadgeFacts): string =>
  clipLine(visible(label).replaceAll('\n', ' ').trim(), 60) || 'limitation';

/** An image by itself: no script, no font or picture from elsewhere. Word, colour and pattern tell the state, each by itself. */
export function badgeSvg(facts: BadgeFacts): string {
  const [label, message] = [labelOf(facts), messageOf(facts)];
  const { colour, ink, frame, pattern } = lookOf(facts);
  const left = widthOf(label) + 14;
  const right = widthOf(message) + 14;
  const whole = left + right;
  const title = xmlText(`${label}: ${message}`);
  const field = (fill: string) => `<rect x="${left}" width="${right}" height="20" fill="${fill}"/>`;
  const text = (words: string, x: number, width: number, fill: string) =>
    `<text x="${x}" y="14" fill="${fill}" textLength="${width - 14}" lengthAdjust="spacingAndGlyphs">${xmlText(words)}</text>`;
  const turn = pattern?.turn === undefined ? '' : ` patternTransform="rotate(${pattern.turn})"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="20" viewBox="0 0 ${whole} 20" role="img" aria-label="${title}">
<title>${title}</title>
${pattern ? `<defs><pattern id="p" width="${pattern.size}" height="${pattern.size}" patternUnits="userSpaceOnUse"${turn}>${pattern.inner}</pattern></defs>` : ''}
<clipPath id="r"><rect width="${whole}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="20" fill="${LABEL_COLOUR}"/>${field(colour)}${pattern ? field('url(#p)') : ''}</g>
${frame ? `<rect x="${left + 0.5}" y=".5" width="${right - 1}" height="19" rx="2.5" fill="none" stroke="#5d6975" stroke-dasharray="3 2"/>` : ''}
<g font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">${text(label, 7, left, '#ffffff')}${text(message, left + 7, right, ink)}</g>
</svg>
`;
}

/** Widths of Verdana at 11 pixels by kinds of characters; `textLength` makes up for the rest. */
const WIDTHS: readonly (readonly [RegExp, number])[] = [
  [/[iljI.,:;|!'`·]/, 4],
  [/[ftr() \-/]/, 4.6],
  [/[mwMW@%]/, 10.2],
  [/[A-Z]/, 7.7],
  [/[\0-\u024f]/, 6.8],
];

const widthOf = (text: string): number =>
  Math.ceil(
    [...text].reduce((sum, character) => sum + (WIDTHS.find(([kind]) => kind.test(character))?.[1] ?? 11), 0),
  );
