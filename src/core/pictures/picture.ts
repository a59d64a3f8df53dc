/** Any picture of a writeup, whose drawing, sentences and proofs are data, and what the pictures of a page are redrawn from. */
import * as z from 'zod/mini';
import type { Check } from '../check/check.ts';
import { attemptsSchema } from './attempts.ts';
import { pathSchema, type PathRules } from './path.ts';
import { type AttemptsRules, attemptsRules } from './attempts-state.ts';
import { type OutcomeIds, outcomeIdsOf } from './outcome-ids.ts';

export const pictureSchema = z.discriminatedUnion('kind', [pathSchema, attemptsSchema]);
export type Picture = z.infer<typeof pictureSchema>;
/** By the name of its file. */
export type Pictures = ReadonlyMap<string, Picture>;

/** What a picture may name: the writeup's checks, its other pictures, and its roles. */
export type Known = {
  readonly checks: ReadonlyMap<string, Check>;
  readonly pictures: Pictures;
  readonly roles: readonly string[];
};

export type PictureRules = {
  readonly outcomes: OutcomeIds;
  readonly paths: Readonly<Record<string, PathRules>>;
  readonly attempts: Readonly<Record<string, AttemptsRules>>;
  /** The checks that run on the machine of a role and on no other. */
  readonly machines: Readonly<Record<string, readonly string[]>>;
};

export function pictureRules(
  pictures: Pictures,
  checks: ReadonlyMap<string, Check>,
  roles: readonly string[],
): PictureRules {
  const paths: Record<string, PathRules> = {};
  const attempts: Record<string, AttemptsRules> = {};
  for (const [name, picture] of pictures)
    if (picture.kind === 'path') paths[name] = { legs: picture.legs, proofs: picture.proofs };
    else attempts[name] = attemptsRules(picture, checks);
  const all = [...checks.values()];
  const runningOn = (role: string) =>
    all.flatMap(({ id, steps }) => (steps.every((step) => step.role === role) ? [id] : []));
  return {
    ...{ paths, attempts, outcomes: outcomeIdsOf(all) },
    machines: Object.fromEntries(roles.map((role) => [role, runningOn(role)])),
  };
}
