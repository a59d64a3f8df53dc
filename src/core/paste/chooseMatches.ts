/** Decides for a whole paste which step each command is: what stands for what, and on which machine it ran. */
import { type Form, type Match, matchCommand, tidyCommand } from './matchCommand.ts';
import type { PasteReading, Replacement } from './paste.ts';
import { parseCommand } from './shellWords.ts';
import type { Block } from './splitPaste.ts';

export type Chosen = { readonly block: Block; readonly matches: readonly Match[] };
/** Why a check gets no result from the paste. */
type Doubt = { readonly check: string; readonly message: string };
type Choice = {
  readonly chosen: readonly Chosen[];
  readonly replaced: readonly Replacement[];
  readonly doubts: readonly Doubt[];
  readonly ignored: PasteReading['ignored'];
};

export function chooseMatches(blocks: readonly Block[], forms: readonly Form[]): Choice {
  const doubts: Doubt[] = [];
  const all = blocks.map((block) => ({ block, matches: block.isWindows ? [] : bestMatches(block, forms) }));
  const { names, contradicting } = replacements(all, forms);
  const replaced = new Map<string, Replacement>();
  const named = all.map(({ block, matches }) => {
    const kept = matches.filter(({ pairs }) =>
      pairs.every(({ pasted, documented }) => names.get(pasted) === documented),
    );
    for (const { pairs, form } of matches)
      for (const { documented } of pairs)
        if (contradicting.has(documented)) {
          const pasted = [...(contradicting.get(documented) ?? [])].join(' and ');
          const message = `The paste has ${pasted} where the page has ${documented}. Which one is meant? Paste the commands for one of them.`;
          doubts.push({ check: form.check.id, message });
        }
    return { block, matches: kept };
  });
  const chosen = inOrder(byRole(named, doubts));
  for (const { matches } of chosen)
    for (const { pairs } of matches) for (const pair of pairs) replaced.set(pair.pasted, pair);
  const ignored = all.flatMap(({ block, matches: found }, index) => {
    if ((chosen[index]?.matches.length ?? 0) > 0) return [];
    const why = block.isWindows
      ? 'This ran at a Windows prompt, and no documented machine has one.'
      : found.length === 0
        ? 'This is no command of these checks.'
        : 'It is not clear which documented command this is, or on which machine it ran.';
    return { lines: linesOf(block), why };
  });
  return {
    chosen: chosen.filter(({ matches }) => matches.length > 0),
    replaced: [...replaced.values()],
    doubts,
    ignored,
  };
}

export const linesOf = ({ at, output }: Block): readonly [number, number] => [at, output.at(-1)?.at ?? at];

/** For each step the form that fits best; commands with documented addresses are never read as others. */
function bestMatches({ command }: Block, forms: readonly Form[]): readonly Match[] {
  const parsed = parseCommand(command);
  const tidied = tidyCommand(command);
  const best = new Map<string, Match>();
  const rank = ({ pairs, filter, otherPath }: Match) =>
    pairs.length * 4 + (filter === 'same' || filter === 'found' ? 0 : 2) + (otherPath ? 1 : 0);
  for (const form of forms) {
    const match = matchCommand(form, tidied, parsed);
    const key = `${form.check.id}/${form.step.id}`;
    const other = best.get(key);
    if (match && (!other || rank(match) < rank(other))) best.set(key, match);
  }
  const matches = [...best.values()];
  const exact = matches.filter(({ pairs }) => pairs.length === 0);
  // A search for a word fits every list that is not searched: it says nothing of which word is documented.
  return exact.some(({ filter }) => filter !== 'found') ? exact : matches;
}

/** A pasted address or port stands for the documented one that most commands name. Two that stand for one contradict each other. */
function replacements(all: readonly Chosen[], forms: readonly Form[]) {
  const weights = new Map<string, number>();
  for (const { whole } of forms)
    for (const one of new Set(whole.documented)) weights.set(one, (weights.get(one) ?? 0) + 1);
  const weight = (name: string) => weights.get(name) ?? 0;
  const names = new Map<string, string>();
  const unchanged = new Set<string>();
  for (const { block, matches } of all)
    for (const { pairs, form } of matches) {
      for (const { pasted, documented } of pairs)
        if (weight(documented) > weight(names.get(pasted) ?? '')) names.set(pasted, documented);
      for (const one of form.whole.documented)
        if (pairs.length === 0 && block.command.includes(one)) unchanged.add(one);
    }
  const contradicting = new Map<string, Set<string>>();
  for (const [pasted, documented] of names)
    contradicting.set(documented, (contradicting.get(documented) ?? new Set()).add(pasted));
  for (const [documented, pasted] of contradicting) {
    if (pasted.size === 1 && !unchanged.has(documented)) contradicting.delete(documented);
    else {
      for (const one of pasted) names.delete(one);
      // The documented one is there itself: the others are simply other services.
      if (unchanged.has(documented)) contradicting.delete(documented);
    }
  }
  return { names, contradicting };
}

/** Two steps of one check may have one command, before and after a third: the first time is the first of them. */
function inOrder(all: readonly Chosen[]): readonly Chosen[] {
  const taken = new Set<string>();
  const keyOf = ({ form: { check, step } }: Match) => `${check.id}/${step.id}`;
  return all.map(({ block, matches }) => {
    const kept = matches.filter((match) => {
      const twins = matches.filter(
        ({ form }) => form.check === match.form.check && form.step.command === match.form.step.command,
      );
      return match === (twins.find((one) => !taken.has(keyOf(one))) ?? twins.at(-1));
    });
    for (const match of kept) taken.add(keyOf(match));
    return { block, matches: kept };
  });
}

/** Commands of one prompt ran on one machine. A command that is documented for several machines is taken only where it is clear. */
function byRole(all: readonly Chosen[], doubts: Doubt[]): readonly Chosen[] {
  const roles = new Set(all.flatMap(({ matches }) => matches.map(({ form }) => form.step.role)));
  const hostOf = ({ host, command }: Block) => parseCommand(command)?.host ?? host;
  const keyOf = (block: Block) => `${block.role ?? ''}\n${hostOf(block) ?? ''}`;
  const rolesOf = ({ matches }: Chosen) => [...new Set(matches.map(({ form }) => form.step.role))];
  const sessions = Map.groupBy(all, ({ block }) => keyOf(block));
  const roleOf = new Map<string, string>();
  const held = new Map<string, string>();
  const hold = (key: string, host: string | undefined, role: string) => {
    roleOf.set(key, role);
    if (host !== undefined) held.set(role, host);
  };
  const isFree = (role: string, host: string | undefined) =>
    host === undefined || !held.has(role) || held.get(role) === host;
  for (const [key, session] of sessions) {
    const { block } = session[0] ?? {};
    const host = block && hostOf(block);
    const said = block?.role ?? (host !== undefined && roles.has(host) ? host : undefined);
    if (said !== undefined) hold(key, host, said);
  }
  for (const [key, session] of sessions) {
    const host = key.split('\n')[1] || undefined;
    if (roleOf.has(key)) continue;
    const sure = [...new Set(session.flatMap((one) => (rolesOf(one).length === 1 ? rolesOf(one) : [])))];
    const free = sure.filter((role) => isFree(role, host));
    if (free[0] !== undefined && (free.length === 1 || host !== undefined)) hold(key, host, free[0]);
  }
  for (const [key, session] of sessions) {
    const host = key.split('\n')[1] || undefined;
    const could = [...new Set(session.flatMap(rolesOf))].filter((role) => isFree(role, host));
    if (!roleOf.has(key) && could.length === 1 && could[0] !== undefined) hold(key, host, could[0]);
  }
  return all.map((one) => {
    const role = roleOf.get(keyOf(one.block));
    const could = rolesOf(one);
    if (role === undefined && hostOf(one.block) === undefined && could.length === 1) return one;
    if (role !== undefined)
      return { block: one.block, matches: one.matches.filter(({ form }) => form.step.role === role) };
    const choice = could.map((name) => `\`# ${name}\``).join(' or ');
    for (const { form } of one.matches)
      doubts.push({
        check: form.check.id,
        message: `Line ${one.block.at} could have run on more than one machine. Put a line above it that says which: ${choice}.`,
      });
    return { block: one.block, matches: [] };
  });
}
