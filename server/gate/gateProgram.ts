/** The gate: the agent's program with a list of what it may run, as one file for a machine. Which orders those are is left to `orders.ts`. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { capturesIn } from './probe.ts';
import { AGENT_PROGRAM } from '../agent/program.ts';
import type { AllowedCommand } from './allowList.ts';
import { rootCommandsOf } from './sudoers.ts';

/** Where it is installed; root owns it and everything above it. */
export const gatePath = '/usr/local/libexec/vantage-gate';

const GATE_CALLS = readFileSync(new URL('./gate.sh', import.meta.url), 'utf8');
/** In a gate, the list of what its orders start as root stands in the place of this line. */
const NO_CAPTURES = 'report_captures() { :; }';
/** In the agent, this line permits everything; in a gate, the list stands in its place. */
const OPEN = 'permit() { :; }';
/**
 * So many sessions of the login user may live on a machine at a time: three servers with one connection, six commands that run and two
 * agents that wait each, and some more. Whoever has taken over a server cannot hold more than that.
 */
export const mostSessions = 30;
/** The longest input line: a token, never a program. */
const inputLimit = 4000;

const shellQuote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The text of the gate for these orders. Throws when the agent has no place for the list, which is a fault of ours. */
export function gateProgram(orders: readonly AllowedCommand[]): string {
  if (AGENT_PROGRAM.split(OPEN).length !== 2)
    throw new Error('agent.sh: expected one line `permit() { :; }`');
  if (GATE_CALLS.split(NO_CAPTURES).length !== 2)
    throw new Error('gate.sh: expected one line `report_captures() { :; }`');
  // Inside of the agent, what runs the command is a quoted text itself.
  const list = permit(orders).replaceAll("'", `'\\''`);
  const calls = GATE_CALLS.replace(NO_CAPTURES, () => captures(orders));
  const body = `most_sessions=${mostSessions}\n${calls}${AGENT_PROGRAM.replace(OPEN, () => list)}`;
  const version = createHash('sha256').update(body).digest('hex');
  return `${head(version)}${body}`;
}

/** The version that a gate of this text says of itself: the SHA-256 of all of it below its head. */
export function versionOf(program: string): string | undefined {
  return /^VANTAGE_GATE=([0-9a-f]{64})$/m.exec(program)?.[1];
}

/** Whether the text is a whole gate that nobody changed. */
export function isWhole(program: string): boolean {
  const version = versionOf(program);
  if (version === undefined || !program.startsWith(head(version))) return false;
  return (
    createHash('sha256')
      .update(program.slice(head(version).length))
      .digest('hex') === version
  );
}

function permit(orders: readonly AllowedCommand[]): string {
  const cases = orders.map(
    ({ id, hash, command, stop, seconds, input }) =>
      `    ${shellQuote(`@${id} ${hash}`)}) seconds=${seconds} takes=${input ? 1 : 0} stop=${shellQuote(stop)} command=${shellQuote(command)} ;;`,
  );
  const ids = [...new Set(orders.map(({ id }) => id))];
  const outdated = ids.map((id) => `    ${shellQuote(`@${id} `)}*) refuse outdated ;;`);
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

/** For each stop line, what it stops as root: in /proc, where a command line has no blanks. */
function captures(orders: readonly AllowedCommand[]): string {
  const lines = orders.flatMap((order) => {
    if (order.stop === '') return [];
    const started = rootCommandsOf([{ ...order, stop: '' }]).flatMap((argv) => [
      ['sudo', '-n', ...argv],
      ...capturesIn(argv),
    ]);
    if (started.length === 0) return [];
    return [
      `  report_capture ${[order.stop, ...started.map((argv) => argv.join(''))].map(shellQuote).join(' ')}\n`,
    ];
  });
  return `report_captures() {
${[...new Set(lines)].join('')}  :\n}\n`;
}

const head = (version: string): string => `#!/bin/sh
# vantage-gate: runs only what the documentation shows. Made by \`vantage gate build\`; \`vantage gate verify\` finds a change by hand.
VANTAGE_GATE=${version}
`;
