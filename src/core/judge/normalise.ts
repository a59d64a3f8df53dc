/** The fixed steps that text goes through before it is compared. The raw bytes are kept elsewhere and never changed. */

/** Shown on the page beside every comparison, so that nothing is done behind the reader's back. */
export const normalisation = [
  'terminal escape sequences are removed',
  'line ends CR LF become LF',
  'blanks at the end of a line are dropped',
  'the final line end is ignored',
] as const;

// CSI, OSC (ended by BEL or ST), and the two-character escapes of ECMA-48.
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

// Looking back keeps it to one try for each run of blanks: a try at every blank of a run would take the square of its length.
const blanksAtEnd = /(?<![ \t])[ \t]+$/gm;

/** Text to lines. Empty text has no lines at all, not one empty line. */
export function toLines(text: string): readonly string[] {
  const whole = text
    // Before line ends: a colour may be put back between CR and LF.
    .replace(escapes, '')
    .replaceAll('\r\n', '\n')
    .replace(blanksAtEnd, '');
  if (whole === '') return [];
  return (whole.endsWith('\n') ? whole.slice(0, -1) : whole).split('\n');
}

/** For comparisons that ask for it: runs of blanks become one, and the ends are trimmed. */
export function collapseBlanks(line: string): string {
  return line.replace(/[ \t]+/g, ' ').trim();
}
