/** The fixed steps that text goes through before it is compared. The raw bytes never change. */

// CSI, OSC (ended by BEL or ST), and the two-character escapes of ECMA-48.
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])/g;

// The look-behind keeps it to one try for each run of blanks; otherwise the time would be quadratic.
const blanksAtEnd = /(?<![ \t])[ \t]+$/gm;

/** Text to lines: without escape sequences, CR before LF, blanks at line ends, and the last line end. Empty text has no lines. */
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
