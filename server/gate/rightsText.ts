/** A change of rights for the person who reviews it: lines for a terminal, Markdown for a pull request. Pure. */
import { block, code } from '../../src/core/report/markdownEscape.ts';
import type { AllowedCommand } from './allowList.ts';
import { grows, isUnchanged, type RightsChange } from './compareRights.ts';

/** Files of the gate's program that changed; the checks do not show what that does. */
export type ProgramChange = readonly string[];
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
