/** What a change of the checks lets run on the machines that did not before: compared, as lines for a terminal and as Markdown for a review. Pure. */
import { type AllowedCommand, allowedCommandsFor, rolesIn } from './allowList.ts';
import { gateProgram, versionOf } from './gateProgram.ts';
import { rootCommandsOf, sudoersLines } from './sudoers.ts';
import { block, code } from '../../src/core/report/markdownEscape.ts';

type RightsChange = ReturnType<typeof compareRights>;

/** In the lines of sudoers; each site has its own login user. */
const USER = 'USER';

export function compareRights(before: readonly AllowedCommand[], after: readonly AllowedCommand[]) {
  const key = ({ role, writeup, id }: AllowedCommand) => `${role} ${writeup}/${id}`;
  const old = new Map(before.map((command) => [key(command), command]));
  const keys = new Set(after.map(key));
  const [rootBefore, rootAfter] = [rootLines(before), rootLines(after)];
  return {
    added: after.filter((command) => !old.has(key(command))),
    removed: before.filter((command) => !keys.has(key(command))),
    /** The same step with another command, stop line, limit or input. */
    changed: after.flatMap((command) => {
      const same = old.get(key(command));
      return same && same.hash !== command.hash ? [{ before: same, after: command }] : [];
    }),
    /** Lines of sudoers, each after the role of its machine. */
    rootAdded: [...rootAfter].filter((line) => !rootBefore.has(line)),
    rootRemoved: [...rootBefore].filter((line) => !rootAfter.has(line)),
    /** Gates to install again; one side is empty for a role that is new or gone. */
    gates: rolesIn([...before, ...after])
      .map((role) => ({ role, before: versionFor(before, role), after: versionFor(after, role) }))
      .filter((gate) => gate.before !== gate.after),
  };
}

const rootLines = (commands: readonly AllowedCommand[]): ReadonlySet<string> =>
  new Set(
    commands.flatMap((one) =>
      sudoersLines(rootCommandsOf([one]), USER).map((line) => `${one.role}: ${line}`),
    ),
  );

function versionFor(commands: readonly AllowedCommand[], role: string): string {
  const own = allowedCommandsFor(commands, role);
  return own.length === 0 ? '' : (versionOf(gateProgram(own)) ?? '');
}

/** A gate may differ all the same, for example by the order of its commands. */
export const isUnchanged = ({ gates: _, ...rights }: RightsChange): boolean =>
  Object.values(rights).every((part) => part.length === 0);

/** Whether anything may run that was refused before. Less time, or no input any more, is no growth. */
export const grows = ({ added, changed, rootAdded }: RightsChange): boolean =>
  added.length > 0 ||
  rootAdded.length > 0 ||
  changed.some(
    ({ before, after }) =>
      after.command !== before.command ||
      after.stop !== before.stop ||
      after.seconds > before.seconds ||
      (after.input && !before.input),
  );

/** Files of the gate's program that changed; the checks do not show what that does. */
type ProgramChange = readonly string[];
type Kind = 'gate' | 'root' | 'run';
type Line = { readonly sign: '!' | '+' | '-'; readonly kind: Kind; readonly text: string };

export function rightsText(change: RightsChange, program: ProgramChange): string {
  const gates = change.gates.map(
    ({ role, before, after }) => `  gate   ${role}: ${short(before)} → ${short(after)}`,
  );
  const lines = linesOf(change, program).map(({ sign, kind, text }) => `${sign} ${kind.padEnd(6)} ${text}`);
  return `${[headline(change, program), ...lines, ...gates].join('\n')}\n`;
}

export function rightsMarkdown(change: RightsChange, program: ProgramChange): string {
  const all = linesOf(change, program);
  const part = (title: string, kind: Kind): readonly string[] => {
    const own = all.filter((line) => line.kind === kind).map(({ sign, text }) => `${sign} ${text}`);
    return own.length === 0 ? [] : [`### ${title}`, block(own.join('\n'), 'diff')];
  };
  const gates = change.gates.map(({ role, before, after }) =>
    ['', ...[role, short(before), short(after)].map((cell) => ` ${code(cell, 'cell')} `), ''].join('|'),
  );
  const table = ['| Role | Before | After |', '| --- | --- | --- |', ...gates].join('\n');
  return [
    '## What the machines let run',
    `**${headline(change, program)}**`,
    ...part('The program of the gate', 'gate'),
    ...part('As root, word for word in sudoers', 'root'),
    ...part('Commands', 'run'),
    ...(gates.length === 0 ? [] : ['### Gates to install anew', table]),
    '',
  ].join('\n\n');
}

function headline(change: RightsChange, program: ProgramChange): string {
  if (program.length > 0)
    return 'The program of the gate changes: the checks do not show what that lets run. Review it as code.';
  if (isUnchanged(change)) return 'No right changes.';
  return grows(change) ? 'Rights grow.' : 'Rights change, and none grows.';
}

/** New rights come first. */
function linesOf(change: RightsChange, program: ProgramChange): readonly Line[] {
  const { rootAdded, added, changed, rootRemoved, removed } = change;
  const as = (sign: Line['sign'], kind: Kind, texts: readonly string[]): readonly Line[] =>
    texts.map((text) => ({ sign, kind, text }));
  return [
    ...as('!', 'gate', program),
    ...as('+', 'root', rootAdded),
    ...as('+', 'run', added.map(commandText)),
    ...changed.flatMap(({ before, after }) => [
      ...as('-', 'run', [commandText(before)]),
      ...as('+', 'run', [commandText(after)]),
    ]),
    ...as('-', 'root', rootRemoved),
    ...as('-', 'run', removed.map(commandText)),
  ];
}

/** One line, with the hash that a gate holds and everything that the hash covers. */
function commandText({ role, writeup, id, hash, command, stop, seconds, input }: AllowedCommand): string {
  const limits = `${seconds} s${input ? ', reads a line of input' : ''}`;
  const stopText = stop === '' ? '' : ` · stops by: ${stop}`;
  return `${role} ${writeup}/${id} ${hash.slice(0, 12)} (${limits}): ${command}${stopText}`;
}

const short = (version: string): string => (version === '' ? 'none' : version.slice(0, 12));
