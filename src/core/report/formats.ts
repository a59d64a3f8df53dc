/** The formats that a record can be downloaded in: what each is called, its media type, and what it can hold. */

type FormatFacts = {
  readonly label: string;
  readonly type: string;
  /** It is for programs or a player and holds all output, not only what a person reads. */
  readonly isWhole: boolean;
  /** It shows one terminal, so that a set has none. */
  readonly ofOneRun: boolean;
  /** It carries the address of the record into the world: retention keeps such a record longer. */
  readonly isReport: boolean;
};

const format = (label: string, type: string, more: Partial<FormatFacts> = {}): FormatFacts => ({
  ...{ label, type, isWhole: false, ofOneRun: false, isReport: false },
  ...more,
});
const player = { isWhole: true, ofOneRun: true };

/** By the ending of its address. */
export const formats = {
  json: format('JSON', 'application/json; charset=utf-8', { isWhole: true }),
  txt: format('plain text', 'text/plain; charset=utf-8', { isWhole: true }),
  md: format('Markdown', 'text/markdown; charset=utf-8', { isReport: true }),
  html: format('one HTML file', 'text/html; charset=utf-8', { isReport: true }),
  'junit.xml': format('JUnit XML', 'application/xml; charset=utf-8'),
  tap: format('TAP', 'text/plain; charset=utf-8'),
  cast: format('asciicast v2', 'application/x-asciicast', player),
  'v3.cast': format('asciicast v3', 'application/x-asciicast', player),
} as const satisfies Readonly<Record<string, FormatFacts>>;

export type Format = keyof typeof formats;
export const isFormat = (ending: string): ending is Format => Object.hasOwn(formats, ending);

/** Also a download, but made of files on the server. */
export const bundleEnding = 'bundle.tar.gz';

/** What a link to a download says, and its ending. */
export const downloadsOf = (isSingle: boolean): readonly (readonly [label: string, ending: string])[] => [
  ...Object.entries(formats).flatMap(([ending, { label, ofOneRun }]) =>
    ofOneRun && !isSingle ? [] : [[label, ending] as const],
  ),
  ['signed bundle', bundleEnding],
];
