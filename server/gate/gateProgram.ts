/** The gate: the agent's program with its allow list, as one file for a machine. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { AGENT_PROGRAM } from '../agent/program.ts';
import type { AllowedCommand } from './allowList.ts';
import { capturesIn } from './probe.ts';
import { rootCommandsOf } from './sudoers.ts';

/** Root owns it and every folder above it. */
export const gatePath = '/usr/local/libexec/vantage-gate';

const GATE_CALLS = readFileSync(new URL('./gate.sh', import.meta.url), 'utf8');
/** A gate has here the list of what its commands start as root. */
const NO_CAPTURES = 'report_captures() { :; }';
/** The agent permits everything by this line; a gate has its allow list here. */
const OPEN = 'permit() { :; }';
/** Sessions of the login user at a time: for three servers with a connection, six commands and two waiting agents each. Also all that a captured server can hold. */
export const mostSessions = 30;
/** The longest input line: a token, never a program. */
const inputLimit = 4000;

/** Always quoted, in a `case` pattern too, unlike `files/shellQuote`. */
const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The text of the gate for these commands. Throws when the agent has no line for the list, which is a bug. */
export function gateProgram(commands: readonly AllowedCommand[]): string {
  if (AGENT_PROGRAM.split(OPEN).length !== 2)
    throw new Error('agent.sh: expected one line `permit() { :; }`');
  if (GATE_CALLS.split(NO_CAPTURES).length !== 2)
    throw new Error('gate.sh: expected one line `report_captures() { :; }`');
  // Inside of the agent, what runs the command is a quoted text itself.
  const list = permit(commands).replaceAll("'", `'\\''`);
  const calls = GATE_CALLS.replace(NO_CAPTURES, () => captures(commands));
  const body = `most_sessions=${mostSessions}\n${calls}${AGENT_PROGRAM.replace(OPEN, () => list)}`;
  return `${head(sha256(body))}${body}`;
}

/** The version in the head of a gate: the SHA-256 of everything below the head. */
export function versionOf(program: string): string | undefined {
  return /^VANTAGE_GATE=([0-9a-f]{64})$/m.exec(program)?.[1];
}

/** Whether the text is a complete, unchanged gate. */
export function isWhole(program: string): boolean {
  const version = versionOf(program);
  if (version === undefined || !program.startsWith(head(version))) return false;
  return sha256(program.slice(head(version).length)) === version;
}

function permit(commands: readonly AllowedCommand[]): string {
  const cases = commands.map(
    ({ id, hash, command, stop, seconds, input }) =>
      `    ${quote(`@${id} ${hash}`)}) seconds=${seconds} takes=${input ? 1 : 0} stop=${quote(stop)} command=${quote(command)} ;;`,
  );
  const ids = [...new Set(commands.map(({ id }) => id))];
  const outdated = ids.map((id) => `    ${quote(`@${id} `)}*) refuse outdated ;;`);
  return [
    'refuse() {',
    '  printf "refused %s\\nexit 126\\n" "$1" >&6',
    '  exit 0',
    '}',
    'permit() {',
    '  asked=$command command="" stop="" seconds=0',
    '  case $asked in',
    ...cases,
    ...outdated,
    '    *) refuse unknown ;;',
    '  esac',
    '  [ "$given" = "$takes" ] || refuse input',
    `  [ "\${#input}" -le ${inputLimit} ] || refuse input`,
    '}',
  ].join('\n');
}

/** For each stop line, the root commands that it stops, joined as in /proc, where a command line has no blanks. */
function captures(commands: readonly AllowedCommand[]): string {
  const lines = commands.flatMap((one) => {
    if (one.stop === '') return [];
    const started = rootCommandsOf([{ ...one, stop: '' }]).flatMap((argv) => [
      ['sudo', '-n', ...argv],
      ...capturesIn(argv),
    ]);
    if (started.length === 0) return [];
    return [`  report_capture ${[one.stop, ...started.map((argv) => argv.join(''))].map(quote).join(' ')}\n`];
  });
  return `report_captures() {
${[...new Set(lines)].join('')}  :\n}\n`;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

const head = (version: string): string => `#!/bin/sh
# vantage-gate: runs only what the documentation shows. Made by \`vantage gate build\`; \`vantage gate verify\` finds a change by hand.
VANTAGE_GATE=${version}
`;
