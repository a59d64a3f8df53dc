/** What the pictures of a page are redrawn from once there are runs. */
import type { Check } from '../check/check.ts';
import { type AttemptsRules, attemptsRules } from './attempts-state.ts';
import { type OutcomeIds, outcomeIdsOf } from './outcome-ids.ts';
import type { PathRules } from './path.ts';
import type { Pictures } from './picture.ts';

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
