/** The badge of a writeup: status of its limitation, age and source. Only fresh evidence from real machines has the full colour. */
import type { LimitationStatus } from '../run/limitation.ts';
import { never, type ResultSource } from '../vocabulary.ts';
import { clipLine } from './clip.ts';
import { visible } from '../text/visibleText.ts';
import { agoWords } from './format.ts';
import { xmlText } from './xml.ts';

export type BadgeFacts =
  /** Nothing was taken, or the writeup has no limitation. */
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

/** The endpoint schema of shields.io (shields.io/badges/endpoint-badge). */
export type ShieldsJson = {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: string;
  readonly labelColor: string;
  readonly isError: boolean;
  readonly cacheSeconds: number;
};

type ProbeResult = 'live' | 'lab' | 'recording' | 'stale' | 'unknown';

const WORD = { live: 'live', lab: 'lab', recording: 'recording' } as const;
const LABEL_COLOUR = '#3d4650';
const LIVE_COLOUR = { reproduces: '#1d4c9a', 'no longer reproduces': '#b0261c', unclear: '#85500a' } as const;
const COLOUR = { lab: '#5d6b7e', recording: '#ebeef3', stale: '#e3e5e1', unknown: '#ffffff' } as const;

function lookOf(facts: BadgeFacts): ProbeResult {
  if (facts.status === 'unknown') return 'unknown';
  return facts.ageSeconds > facts.maxAgeSeconds ? 'stale' : facts.source;
}

/** "reproduces · 2 h ago · lab"; a stale one begins with that word. */
export function badgeMessage(facts: BadgeFacts): string {
  if (facts.status === 'unknown') return 'unknown: not taken';
  const stale = lookOf(facts) === 'stale' ? 'stale: ' : '';
  return `${stale}${facts.status} · ${agoWords(facts.ageSeconds)} · ${WORD[facts.source]}`;
}

/** How long a cache may keep it: not beyond the time when it grows stale, and an age in hours may be off by one. */
export function badgeCacheSeconds(facts: BadgeFacts): number {
  if (facts.status === 'unknown') return 300;
  const left = facts.maxAgeSeconds - facts.ageSeconds;
  return Math.round(Math.min(3600, Math.max(300, left)));
}

export function shieldsJson(facts: BadgeFacts): ShieldsJson {
  const look = lookOf(facts);
  return {
    schemaVersion: 1,
    label: labelOf(facts),
    message: badgeMessage(facts),
    color: colourOf(facts, look),
    labelColor: LABEL_COLOUR,
    isError: look === 'unknown' || look === 'stale',
    cacheSeconds: badgeCacheSeconds(facts),
  };
}

const labelOf = ({ label }: BadgeFacts): string =>
  clipLine(visible(label).replaceAll('\n', ' ').trim(), 60) || 'limitation';

function colourOf(facts: BadgeFacts, look: ProbeResult): string {
  if (look !== 'live') return COLOUR[look];
  return facts.status === 'unknown' ? COLOUR.unknown : LIVE_COLOUR[facts.status];
}

/** An image by itself: no script, no font or picture from elsewhere. Word, colour and pattern tell the state, each by itself. */
export function badgeSvg(facts: BadgeFacts): string {
  const label = labelOf(facts);
  const message = badgeMessage(facts);
  const look = lookOf(facts);
  const colour = colourOf(facts, look);
  const left = widthOf(label) + 14;
  const right = widthOf(message) + 14;
  const whole = left + right;
  const ink = look === 'live' || look === 'lab' ? '#ffffff' : '#17202a';
  const text = (words: string, x: number, width: number, fill: string) =>
    `<text x="${x}" y="14" fill="${fill}" textLength="${width - 14}" lengthAdjust="spacingAndGlyphs">${xmlText(words)}</text>`;
  const title = xmlText(`${label}: ${message}`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="20" viewBox="0 0 ${whole} 20" role="img" aria-label="${title}">
<title>${title}</title>
${pattern(look)}<clipPath id="r"><rect width="${whole}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="${left}" height="20" fill="${LABEL_COLOUR}"/><rect x="${left}" width="${right}" height="20" fill="${colour}"/>${
    look === 'live' ? '' : `<rect x="${left}" width="${right}" height="20" fill="url(#p)"/>`
  }</g>
${look === 'live' || look === 'lab' ? '' : `<rect x="${left + 0.5}" y=".5" width="${right - 1}" height="19" rx="2.5" fill="none" stroke="#5d6975" stroke-dasharray="3 2"/>\n`}<g font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">${text(label, 7, left, '#ffffff')}${text(message, left + 7, right, ink)}</g>
</svg>
`;
}

/** Stripes for the lab, dots for a recording, thin lines for what is stale; real machines have none. */
function pattern(look: ProbeResult): string {
  const made = (size: number, inner: string, turn: string) =>
    `<defs><pattern id="p" width="${size}" height="${size}" patternUnits="userSpaceOnUse"${turn}>${inner}</pattern></defs>\n`;
  switch (look) {
    case 'live':
      return '';
    case 'lab':
      return made(
        8,
        '<rect width="4" height="8" fill="#000000" fill-opacity=".16"/>',
        ' patternTransform="rotate(45)"',
      );
    case 'recording':
      return made(4, '<circle cx="2" cy="2" r=".7" fill="#46566c" fill-opacity=".35"/>', '');
    case 'stale':
      return made(
        4,
        '<rect width="1" height="4" fill="#17202a" fill-opacity=".14"/>',
        ' patternTransform="rotate(-45)"',
      );
    case 'unknown':
      return made(4, '', '');
    default:
      return never(look);
  }
}

/** Verdana at 11 pixels, estimated by kinds of characters; `textLength` makes up for the rest. */
function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    if (/[iljI.,:;|!'`·]/.test(character)) width += 4;
    else if (/[ftr() \-/]/.test(character)) width += 4.6;
    else if (/[mwMW@%]/.test(character)) width += 10.2;
    else if (/[A-Z]/.test(character)) width += 7.7;
    else if (character <= '\u024f') width += 6.8;
    else width += 11;
  }
  return Math.ceil(width);
}
