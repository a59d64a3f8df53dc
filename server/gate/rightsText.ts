/** A change of rights, written for whoever has to agree to it: lines for a terminal, Markdown for a pull request. Pure. */
import { block, code } from '../../src/core/report/markdownEscape.ts';
import type { AllowedCommand } from './allowList.ts';
import { grows, isUnchanged, type RightsChange } from './compareRights.ts';

/** What the checks do not say, and a gate depends on: files of the program that changed. */
export type ProgramChange = readonly string[];

export function headline(change: RightsChange, program: ProgramChange): string {
  if (program.length > 0)
    return 'The program of the gate changes: what that lets run cannot be told from the checks. Review it as code.';
  if (isUnchanged(change)) return 'No right changes.';
  return grows(change) ? 'Rights grow.' : 'Rights change, and none grows.';
}

/** What grows comes first. */
export function rightsText(change: RightsChange, program: ProgramChange): readonly string[] {
  return [
    headline(change, program),
    ...program.map((file) => `! gate   ${file}`),
    ...change.rootAdded.map((one) => `+ root   ${one}`),
    ...change.added.map((order) => `+ run    ${line(order)}`),
    ...change.changed.flatMap(({ before, after }) => [`- run    ${line(before)}`, `+ run    ${line(after)}`]),
    ...change.rootRemoved.map((one) => `- root   ${one}`),
    ...change.removed.map((order) => `- run    ${line(order)}`),
    ...change.gates.map(({ role, before, after }) => `  gate   ${role}: ${short(before)} → ${short(after)}`),
  ];
}

export function rightsMarkdown(change: RightsChange, program: ProgramChange): string {
  const { rootAdded, rootRemoved, added, changed, removed, gates } = change;
  return [
    '## What the machines let run',
    `**${headline(change, program)}**`,
    ...part(
      'The program of the gate',
      program.map((file) => `! ${file}`),
    ),
    ...part('As root, word for word in sudoers', [
      ...rootAdded.map((one) => `+ ${one}`),
      ...rootRemoved.map((one) => `- ${one}`),
    ]),
    ...part('Commands', [
      ...added.map((order) => `+ ${line(order)}`),
      ...changed.flatMap(({ before, after }) => [`- ${line(before)}`, `+ ${line(after)}`]),
      ...removed.map((order) => `- ${line(order)}`),
    ]),
    ...(gates.length === 0
      ? []
      : [
          '### Gates to install anew',
          [
            '| Role | Before | After |',
            '| --- | --- | --- |',
            ...gates.map(
              ({ role, before, after }) =>
                `| ${code(role, 'cell')} | ${code(short(before), 'cell')} | ${code(short(after), 'cell')} |`,
            ),
          ].join('\n'),
        ]),
    '',
  ].join('\n\n');
}

const part = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [`### ${title}`, block(lines.join('\n'), 'diff')];

/** One line: with its hash, which is what a gate holds, and everything that the hash is made of. */
const line = ({ role, writeup, id, hash, command, stop, seconds, input }: AllowedCommand): string =>
  [
    `${role} ${writeup}/${id} ${hash.slice(0, 12)} (${seconds} s${input ? ', takes a line of input' : ''}): ${command}`,
    ...(stop === '' ? [] : [`stops by: ${stop}`]),
  ].join(' · ');

const short = (version: string): string => (version === '' ? 'none' : version.slice(0, 12));
