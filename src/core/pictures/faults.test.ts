import { describe, expect, it } from 'vitest';
import { endsOf } from './drawing.ts';
import { pictureFaults } from './faults.ts';
import type { Known } from './picture.ts';
import { type Picture, pictureSchema } from './picture.ts';
import { letterAttempts, letterChecks, letterPath } from './testing.ts';

const known: Known = {
  checks: letterChecks,
  roles: ['backend'],
  pictures: new Map<string, Picture>([
    ['letter', letterPath],
    ['attempts', letterAttempts],
  ]),
};
/** The faults after one change of the picture's text. */
const faultsAfter = (picture: Picture, from: string, to: string): string => {
  const text = JSON.stringify(picture);
  expect(text).toContain(from);
  const changed = pictureSchema.parse(JSON.parse(text.replace(from, to)));
  return pictureFaults(changed, known)
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('\n');
};

describe('a picture', () => {
  it('[W8] without a fault has none', () => {
    expect([letterPath, letterAttempts].flatMap((one) => pictureFaults(one, known))).toEqual([]);
  });
  it.each([
    [
      '"checks":["post"]',
      '"checks":["pots"]',
      'proofs.2.from.0.checks: expected the id of a check (post, trace, scan), found "pots"; nearest: post',
    ],
    [
      '"outcomes":["left"]',
      '"outcomes":["gone"]',
      'proofs.1.from.0.outcomes: expected the `id` of an outcome of trace (left, came-back, nothing, otherwise), found "gone"',
    ],
    [
      '"segments":["sorting","door"]',
      '"segments":["sorting","gate"]',
      'proofs.0.shows.1.segments.1: expected a segment of this picture (box, sorting, door), found "gate"',
    ],
    [
      '"segment":"door"',
      '"segment":"gate"',
      'nodes.2.segment: expected a segment of this picture (box, sorting, door), found "gate"',
    ],
    [
      '"segment":"door",',
      '',
      'legs.1.segments.0.id: expected a node or a link with `segment: door`, found none: draw it, or take it out',
    ],
    ['{"id":"door","name"', '{"id":"box","name"', 'legs: two segments are called "box"'],
    [
      '"at":[60,10]',
      '"at":[0,10]',
      'nodes.1.at: expected a place of its own for the node "sorting", found "box" at 0, 10 as well: move one of the two',
    ],
    [
      '"to":"sorting"',
      '"to":"nowhere"',
      'links.0.to: expected the id of a node (box, sorting, door), found "nowhere"',
    ],
    [
      'M40 20H56',
      'M40 20H49',
      'links.0.line: expected a line that has an end at the node "sorting", found one at 49, 20: move one of the two',
    ],
  ])('[W8] of a path: %s, changed to %s, is a fault', (from, to, fault) => {
    expect(faultsAfter(letterPath, from, to)).toContain(fault);
  });
  it.each([
    [
      '"check":"post"',
      '"check":"pots"',
      'attempts.0.check: expected the id of a check (post, trace, scan), found "pots"',
    ],
    [
      '"outcomes":["returned"]',
      '"outcomes":["back"]',
      'endings.1.outcomes: expected the `id` of an outcome of an attempt (returned, delivered, silent), found "back"',
    ],
    [
      '"path":"letter"',
      '"path":"lettre"',
      'path: expected the name of a picture of a path (letter), found "lettre"',
    ],
    [
      '"segment":"box"',
      '"segment":"bag"',
      'ways.1.when.segment: expected a segment of the picture that `path` names (box, sorting, door), found "bag"',
    ],
    [
      '"endings":["returned"',
      '"endings":["back"',
      'ways.1.endings.0: expected the id of an ending (arrived, returned, otherwise), found "back"',
    ],
    ['"way":"stuck","line"', '"line"', 'attempts.0.lines: expected a line for stopped-stuck, found none'],
    [
      '"shows":"stopped","way":"stuck"',
      '"shows":"stopped","way":"lost"',
      'attempts.0.lines: expected one line for each of begun, through-unknown, stopped-unknown, through-sorted, stopped-sorted, stopped-stuck; found stopped-lost besides',
    ],
    [
      '"role":"backend"',
      '"role":"backnd"',
      'live.0.role: expected a role of `roles` (backend), found "backnd"',
    ],
    [
      '"attempt":"post"',
      '"attempt":"trace"',
      'live.2.attempt: expected the check of an attempt (post), found "trace"',
    ],
    [
      '"live":"stamp"',
      '"live":"stomp"',
      'nodes.1.texts.0.live: expected the id of an entry of `live` (box, stamp, way), found "stomp"',
    ],
    [
      '"live":"stamp"',
      '"live":"way"',
      'live.1.id: expected a text with `live: stamp`, found none: write it, or take this out',
    ],
  ])('[W8] of attempts: %s, changed to %s, is a fault', (from, to, fault) => {
    expect(faultsAfter(letterAttempts, from, to)).toContain(fault);
  });
  it('[W8] has lines with a beginning, an end and a direction, and no others', () => {
    expect(endsOf('M10 20H40V5')).toEqual({ start: [10, 20], end: [40, 5], heading: [0, -1] });
    for (const line of ['M10 20', 'M10 20L4 4', '10 20H4', 'M10 20H40"/>'])
      expect(() => faultsAfter(letterPath, 'M40 20H56', line.replace('"', '\\"'))).toThrow(
        /straight stretches/,
      );
  });
});
