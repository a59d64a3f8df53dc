/** The judgement of a check that takes every machine of a role, from the judgement of each. Pure; SPEC.md, J15 and J16. */
import type { Judgement } from '../run/judgement.ts';
import { stepOnMember } from '../check/members.ts';

export type JudgedMember = { readonly machine: string; readonly judgement: Judgement };

/** Worst first: one machine that differs refutes what is said of every one, whatever the others could not say. */
const ORDER = ['differs', 'inconclusive', 'agrees'] as const;

/** `each`: at least one, in the order of the members. `role`: what they play. */
export function judgeTogether(each: readonly JudgedMember[], role: string): Judgement {
  const verdict =
    ORDER.find((one) => each.some(({ judgement }) => judgement.verdict === one)) ?? 'inconclusive';
  const worst = each.filter(({ judgement }) => judgement.verdict === verdict);
  const told = (text: (one: Judgement) => string, between: string): string =>
    [...Map.groupBy(worst, ({ judgement }) => text(judgement))]
      .map(([words, own]) =>
        own.length === each.length ? words : `${own.map(({ machine }) => machine).join(', ')}: ${words}`,
      )
      .join(between);
  /** What all say alike, and nothing otherwise. */
  const shared = <Key extends 'outcome' | 'limitation' | 'service'>(
    key: Key,
  ): Pick<Judgement, Key> | object => {
    const [first, ...others] = each.map(({ judgement }) => judgement[key]);
    return first !== undefined && others.every((one) => one === first) ? { [key]: first } : {};
  };
  const at = worst.find(({ judgement }) => judgement.problem !== undefined);
  const problem = at?.judgement.problem;
  return {
    verdict,
    ...(problem && {
      problem: {
        ...problem,
        ...(problem.step && { step: stepOnMember(problem.step, at.machine) }),
        message: told((one) => one.problem?.message ?? '', ' '),
      },
    }),
    findings: each.flatMap(({ machine, judgement }) =>
      judgement.findings.map(({ values, ...finding }) => ({
        ...finding,
        message: `${machine}: ${finding.message}`,
        ...(values && {
          values: values.map((one) => ({
            ...one,
            role: one.role === role ? machine : `${one.role} (${machine})`,
          })),
        }),
      })),
    ),
    observed: told(({ observed }) => observed, '; '),
    means: told(({ means }) => means, ' '),
    ...shared('outcome'),
    ...shared('limitation'),
    ...shared('service'),
    judge: Math.max(...each.map(({ judgement }) => judgement.judge)),
    members: each.map(({ machine, judgement: { verdict: own, observed, problem: why } }) => ({
      ...{ name: machine, verdict: own, observed },
      ...(why && { message: why.message }),
    })),
  };
}
