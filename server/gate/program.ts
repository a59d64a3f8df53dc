/** The gate: the agent's program with a list of what it may run, as one file for a machine. Which orders those are is left to `orders.ts`. */
import { createHash } from 'node:crypto';
import { capturesIn } from '../doctor/look.ts';
import { AGENT_PROGRAM } from '../reach/program.ts';
import type { GateOrder } from './orders.ts';
import { rootCommandsOf } from './sudoers.ts';

/** Where it is installed; root owns it and everything above it. */
export const gatePath = '/usr/local/libexec/vantage-gate';

/** In the agent, this line permits everything; in a gate, the list stands in its place. */
const OPEN = 'permit() { :; }';
/**
 * So many sessions of the login user may live on a machine at a time: three servers with one connection, six commands that run and two
 * agents that wait each, and some more. Whoever has taken over a server cannot hold more than that.
 */
export const mostSessions = 30;
/** Beyond those, for whoever looks what is there and ends what is left. */
const mostCalls = mostSessions + 6;
/** The longest input line: a token, never a program. */
const inputLimit = 4000;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The text of the gate for these orders. Throws when the agent has no place for the list, which is a fault of ours. */
export function gateProgram(orders: readonly GateOrder[]): string {
  if (AGENT_PROGRAM.split(OPEN).length !== 2)
    throw new Error('agent.sh: expected one line `permit() { :; }`');
  // Inside of the agent, what runs the command is a quoted text itself.
  const list = permit(orders).replaceAll("'", `'\\''`);
  const body = `${sessions}${captures(orders)}${calls}${AGENT_PROGRAM.replace(OPEN, () => list)}`;
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

function permit(orders: readonly GateOrder[]): string {
  const cases = orders.map(
    ({ id, hash, command, stop, seconds, input }) =>
      `    ${quoted(`@${id} ${hash}`)}) seconds=${seconds} takes=${input ? 1 : 0} stop=${quoted(stop)} command=${quoted(command)} ;;`,
  );
  const ids = [...new Set(orders.map(({ id }) => id))];
  const outdated = ids.map((id) => `    ${quoted(`@${id} `)}*) refuse outdated ;;`);
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
function captures(orders: readonly GateOrder[]): string {
  const lines = orders.flatMap((order) => {
    const started = rootCommandsOf([{ ...order, stop: '' }]).flatMap((argv) => [
      ['sudo', '-n', ...argv],
      ...capturesIn(argv),
    ]);
    if (order.stop === '' || started.length === 0) return [];
    return [
      `  report_capture ${[order.stop, ...started.map((argv) => argv.join(''))].map(quoted).join(' ')}\n`,
    ];
  });
  return `report_captures() {
${[...new Set(lines)].join('')}  :\n}\n`;
}

const head = (version: string): string => `#!/bin/sh
# vantage-gate: runs only what the documentation shows. Made by \`vantage gate build\`; \`vantage gate verify\` finds a change by hand.
VANTAGE_GATE=${version}
`;

/** What stands before the agent: sshd starts the gate whatever the client asked for, and only these words are heard. */
const sessions = `export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
case \${SSH_ORIGINAL_COMMAND-} in
  vantage-agent | vantage-master) most=${mostSessions} ;;
  'vantage-gate version' | 'vantage-gate list' | 'vantage-gate reap') most=${mostCalls} ;;
  *) echo 'vantage-gate: this key runs documented checks and nothing else' >&2 && exit 126 ;;
esac
# Each counts itself and all that were there before it, so that never more than these pass; a lock could be left behind, or taken
# by somebody else. A session's subshells have its name too, but not its parent's.
all=' ' pairs='' sessions=''
for place in /proc/[0-9]*; do
  line=''
  [ -O "$place" ] && IFS= read -r line <"$place/cmdline"
  [ "$line" = "/bin/sh$0" ] && read -r pid _ _ parent _ <"$place/stat" && all="$all$pid " pairs="$pairs $pid:$parent"
done 2>/dev/null
held=0
for pair in $pairs; do
  case $all in *" \${pair#*:} "*) ;; *) sessions="$sessions $pair" held=$((held + 1)) ;; esac
done
if [ "$held" -gt "$most" ]; then
  echo "vantage-gate: $most sessions of this user are at work here already; try again when some have ended" >&2
  exit 75
fi
`;

const calls = `# $1: session, run or capture · $2: pid · $3: held or left · $4: what it is. Whether it has to be ended.
report_process() {
  printf '%s %s %s %s\\n' "$1" "$2" "$3" "$(printf '%s' "$4" | tr -cd '[:print:]' | cut -c 1-200)"
  [ "$3" = left ] && [ "$SSH_ORIGINAL_COMMAND" = 'vantage-gate reap' ]
}
# An agent, with or without a gate, or what it started for its command.
is_session() { tr '\\0' '\\n' <"/proc/$1/cmdline" | grep -qx -e vantage-agent -e vantage-run -e "$0"; }
is_below_session() {
  at=$1
  while [ "\${at:-0}" -gt 1 ]; do
    is_session "$at" && return 0
    IFS= read -r line <"/proc/$at/stat"
    line=\${line##*) }
    at=\${line#* } at=\${at%% *}
  done
  return 1
}
# $1: a stop line · then what it stops. It stops all of them, so nothing is left as long as one of them is held.
report_capture() {
  stop=$1 found='' state=left
  shift
  for place in /proc/[0-9]*; do
    line=''
    IFS= read -r line <"$place/cmdline"
    for known in "$@"; do
      [ "$line" = "$known" ] || continue
      found="$found \${place#/proc/}"
      ! is_below_session "\${place#/proc/}" || state=held
    done
  done
  for pid in $found; do
    report_process capture "$pid" "$state" "$(tr '\\0' ' ' <"/proc/$pid/cmdline")" && timeout -k 1 5 sh -c "$stop" </dev/null >/dev/null
  done
}
list_processes() {
  for pair in $sessions; do
    pid=\${pair%:*} state=held
    # Whose sshd is gone.
    [ "\${pair#*:}" != 1 ] || state=left
    words=$(tr '\\0' '\\n' <"/proc/$pid/environ" | sed -n 's/^SSH_ORIGINAL_COMMAND=//p')
    report_process session "$pid" "$state" "$words" && kill -KILL "$pid"
  done
  for place in /proc/[0-9]*; do
    run=$(tr '\\0' '\\n' <"$place/environ" | sed -n 's/^VANTAGE_RUN=\\([0-9]\\{1,10\\}\\)$/\\1/p')
    [ -n "$run" ] || continue
    state=left
    ! is_session "$run" || state=held
    report_process run "\${place#/proc/}" "$state" "$(tr '\\0' ' ' <"$place/cmdline")" && kill -KILL "\${place#/proc/}"
  done
  report_captures
}
case $SSH_ORIGINAL_COMMAND in
  # The shell stays, so that it is counted.
  vantage-master) echo vantage-master && cat >/dev/null && exit 0 ;;
  'vantage-gate version') echo "vantage-gate $VANTAGE_GATE" && exit 0 ;;
  'vantage-gate list' | 'vantage-gate reap') list_processes 2>/dev/null && exit 0 ;;
esac
[ "$SSH_ORIGINAL_COMMAND" = vantage-agent ] || exit 1
unset SSH_ORIGINAL_COMMAND
`;
