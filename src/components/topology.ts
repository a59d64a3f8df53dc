/** Where the lines of the topology picture run. What they mean is left to `../core/topology.ts`. */
import type { Drawing } from '../core/topology.ts';

/** `mark` is where a line ends that did not arrive; one without a mark arrives with a tip. */
export type Line = {
  readonly drawing: Drawing;
  readonly d: string;
  readonly mark?: readonly [number, number];
};

export type Attempt = {
  readonly from: string;
  readonly to: string;
  /** Where its number stands. */
  readonly number: readonly [number, number];
  readonly lines: readonly Line[];
};

export const attempts: readonly Attempt[] = [
  {
    from: 'manager',
    to: '172.16.168.20:8443',
    number: [83, 70],
    lines: [
      { drawing: 'through-unknown', d: 'M83 79V112H206V215' },
      { drawing: 'stopped-unknown', d: 'M83 79V112H206V138', mark: [206, 146] },
      { drawing: 'begun', d: 'M83 79V112H120', mark: [130, 112] },
    ],
  },
  {
    from: 'frontend',
    to: '172.16.168.20:8443',
    number: [357, 70],
    lines: [
      { drawing: 'through-unknown', d: 'M357 79V112H234V215' },
      { drawing: 'stopped-unknown', d: 'M357 79V112H234V138', mark: [234, 146] },
      { drawing: 'begun', d: 'M357 79V112H320', mark: [310, 112] },
    ],
  },
  {
    from: 'backend',
    to: '127.0.0.1:8443',
    number: [194, 341],
    lines: [
      { drawing: 'stopped-windows', d: 'M203 341H302V438', mark: [302, 446] },
      { drawing: 'stopped-output', d: 'M203 341H222', mark: [232, 341] },
      { drawing: 'stopped-bounced', d: 'M203 341H302V446H328V340', mark: [328, 330] },
      { drawing: 'stopped-lo', d: 'M203 341H384V262', mark: [384, 252] },
      { drawing: 'stopped-unknown', d: 'M203 341H222V314', mark: [222, 305] },
      { drawing: 'through-bounced', d: 'M203 341H302V446H328V298H284V282' },
      { drawing: 'through-lo', d: 'M203 341H384V252H317' },
      { drawing: 'through-unknown', d: 'M203 341H222V282' },
      { drawing: 'begun', d: 'M203 341H216', mark: [226, 341] },
    ],
  },
  {
    from: 'backend',
    to: '172.16.168.20:8443',
    number: [160, 318],
    lines: [
      { drawing: 'stopped-unknown', d: 'M160 309V302', mark: [160, 293] },
      { drawing: 'through-unknown', d: 'M160 309V282' },
      { drawing: 'begun', d: 'M160 309V304', mark: [160, 293] },
    ],
  },
];

/** The tip of a line that arrives, in the direction of its last stretch. */
export function tip(d: string): string {
  const steps = [...d.matchAll(/([MVH])(-?\d+)(?: (-?\d+))?/g)];
  let [x, y] = [0, 0];
  let [dx, dy] = [0, 0];
  for (const [, letter = '', first = '0', second] of steps) {
    const value = Number(first);
    if (letter === 'M') [x, y] = [value, Number(second)];
    else if (letter === 'H') [dx, dy, x] = [Math.sign(value - x), 0, value];
    else [dx, dy, y] = [0, Math.sign(value - y), value];
  }
  const [fx, fy] = [x + dx * 7, y + dy * 7];
  const [ax, ay] = [x - dy * 5, y + dx * 5];
  const [bx, by] = [x + dy * 5, y - dx * 5];
  return `M${ax} ${ay}L${fx} ${fy}L${bx} ${by}Z`;
}
