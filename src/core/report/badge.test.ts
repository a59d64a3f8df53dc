import { SaxesParser } from 'saxes';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { type BadgeFacts, badgeSvg, shieldsJson } from './badge.ts';

/** As shields.io documents it (shields.io/badges/endpoint-badge) and checks it (badges/shields, services/endpoint-common.js): no other key is taken. */
const shieldsSchema = z.strictObject({
  schemaVersion: z.literal(1),
  label: z.string(),
  message: z.string().check(z.minLength(1)),
  color: z.optional(z.string().check(z.minLength(1))),
  labelColor: z.optional(z.string().check(z.minLength(1))),
  isError: z.optional(z.boolean()),
  namedLogo: z.optional(z.string()),
  logoSvg: z.optional(z.string()),
  logoColor: z.optional(z.string()),
  logoSize: z.optional(z.string()),
  style: z.optional(z.string()),
  cacheSeconds: z.optional(z.int().check(z.nonnegative())),
});

const live = {
  status: 'reproduces',
  label: 'limitation',
  source: 'live',
  ageSeconds: 7300,
  maxAgeSeconds: 86_400,
} as const;
const states: readonly BadgeFacts[] = [
  live,
  { ...live, status: 'no longer reproduces' },
  { ...live, status: 'unclear' },
  { ...live, source: 'lab' },
  { ...live, source: 'recording' },
  { ...live, ageSeconds: 90_000 },
  { ...live, ageSeconds: 90_000, source: 'lab' },
  { status: 'unknown', label: 'limitation' },
];
const notLive = states.slice(3);

describe('the badge', () => {
  it('[E25] says status, age and source', () => {
    expect(states.map((facts) => shieldsJson(facts).message)).toEqual([
      'reproduces · 2 h ago · live',
      'no longer reproduces · 2 h ago · live',
      'unclear · 2 h ago · live',
      'reproduces · 2 h ago · lab',
      'reproduces · 2 h ago · recording',
      'stale: reproduces · yesterday · live',
      'stale: reproduces · yesterday · lab',
      'unknown: not run yet',
    ]);
  });
  it.each(states)(
    '[E25] $status, $source, $ageSeconds s: the endpoint satisfies the schema of shields',
    (facts) => {
      expect(() => shieldsSchema.parse(JSON.parse(JSON.stringify(shieldsJson(facts))))).not.toThrow();
      expect(shieldsJson(facts).cacheSeconds).toBeGreaterThanOrEqual(300);
    },
  );
  it('[E26] lab, recording, stale and unknown have neither the colour nor the plain face of live', () => {
    const liveColours = states.slice(0, 3).map((facts) => shieldsJson(facts).color);
    expect(new Set(liveColours).size).toBe(3);
    for (const facts of notLive) {
      expect(liveColours).not.toContain(shieldsJson(facts).color);
      expect(badgeSvg(facts)).toContain('<pattern');
      for (const colour of liveColours) expect(badgeSvg(facts)).not.toContain(colour);
    }
    expect(badgeSvg(live)).not.toContain('<pattern');
  });
  it('[E26] a cache never keeps it long after it has grown stale', () => {
    expect(shieldsJson({ ...live, ageSeconds: 86_300 }).cacheSeconds).toBe(300);
    expect(shieldsJson({ ...live, ageSeconds: 85_000 }).cacheSeconds).toBe(1400);
    expect(shieldsJson(live).cacheSeconds).toBe(3600);
  });
  it('[E26] is stale from its greatest age on, to the second', () => {
    expect(shieldsJson({ ...live, ageSeconds: 86_400 }).message).not.toContain('stale');
    expect(shieldsJson({ ...live, ageSeconds: 86_401 }).message).toContain('stale');
  });
  it('[E27] is sound SVG with a title, whatever the label is, and runs nothing', () => {
    const label = '</title><script>alert(1)</script>\u0000\u202e&"\uD800';
    const svg = badgeSvg({ ...live, label });
    const names: string[] = [];
    const parser = new SaxesParser({ xmlns: true });
    parser.on('error', (error) => {
      throw error;
    });
    parser.on('opentag', ({ name }) => void names.push(name));
    parser.write(svg).close();
    expect(names).not.toContain('script');
    expect(names[1]).toBe('title');
    expect(badgeSvg({ ...live, label: 'x'.repeat(10_000) }).length).toBeLessThan(4000);
  });
  it('[E27] text fits in its field', () => {
    for (const facts of states) {
      const svg = badgeSvg(facts);
      const whole = Number(/width="([\d.]+)"/.exec(svg)?.[1]);
      for (const [, x, length] of svg.matchAll(/<text x="([\d.]+)"[^>]*textLength="([\d.]+)"/g))
        expect(Number(x) + Number(length)).toBeLessThanOrEqual(whole - 6);
    }
  });
});
