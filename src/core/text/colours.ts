/** Escape sequences that only change how text looks: colours and weights (SGR of ECMA-48). */

export const colour = /\x1b\[[\d;:]*m/;
/** The beginning of one at the end of a piece. */
export const unfinishedColour = /\x1b(?:\[[\d;:]{0,64})?$/;

/** Colours by number hold an 8 that is no weight. */
const BY_NUMBER = /[345]8[;:](?:5[;:]\d*|2(?:[;:]\d*){3})/g;
const CONCEALED = /(?:^|[;:])0*8(?:[;:]|$)/;

/** Whether text after this sequence is not seen. */
export const conceals = (sequence: string): boolean =>
  CONCEALED.test(sequence.slice(2, -1).replace(BY_NUMBER, '38'));
