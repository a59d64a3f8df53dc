/** The segments of a path and their states, apart from the schemas: the script of a page has no use for those. */

/** Something passed it; ended at it; nothing passed it; no proof of any of these. */
export const segmentStates = ['seen', 'ended', 'not-passed', 'unknown'] as const;
export type SegmentState = (typeof segmentStates)[number];
export const STATE_WORD: Readonly<Record<SegmentState, string>> = {
  ...{ seen: 'seen', ended: 'ended here', 'not-passed': 'not passed', unknown: 'not known' },
};

export const segmentsOf = <Segment>(path: {
  readonly legs: readonly { readonly segments: readonly Segment[] }[];
}): readonly Segment[] => path.legs.flatMap(({ segments }) => segments);
