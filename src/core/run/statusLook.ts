/** How the status of a limitation is shown, on every page that shows one. */

/** How a status looks: its words, its sign, and its name where styles look for it. */
export const STATUS_LOOK = {
  reproduces: { word: 'Reproduces', sign: 'reproduces', look: 'reproduces' },
  'no longer reproduces': { word: 'No longer reproduces', sign: 'gone', look: 'gone' },
  unclear: { word: 'Unclear whether it reproduces', sign: 'inconclusive', look: 'unclear' },
} as const;
