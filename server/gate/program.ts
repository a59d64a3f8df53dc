/** The gate: the agent's program with a list of what it may run, as one file for a machine. Which orders those are is left to `orders.ts`. */
import { createHash } from 'node:crypto';
import { AGENT_PROGRAM } from '../reach/program.ts';
import type { GateOrder } from './orders.ts';

/** Where it is installed; root owns it and everything above it. */
export const gatePath = '/usr/local/libexec/vantage-gate';

/** In the agent, this line permits everything; in a gate, the list stands in its place. */
const OPEN = 'permit() { :; }';
/**
 * So many agents of the login user may live on a machine at a time: three servers with six running and two warm ones each. Whoever has
 * taken over a server cannot start more of what is documented than that.
 */
export const mostAgents = 24;
/** The longest input line: a token, never a program. */
const inputLimit = 4000;

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The text of the gate for these orders. Throws when the agent has no place for the list, which is a fault of ours. */
export function gateProgram(orders: readonly GateOrder[]): string {
  if (AGENT_PROGRAM.split(OPEN).length !== 2)
    throw new Error('agent.sh: expected one line `permit() { :; }`');
  // Inside of the agent, what runs the command is a quoted text itself.
  const list = permit(orders).replaceAll("'", `'\\''`);
  const body = AGENT_PROGRAM.replace(OPEN, () => list);
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
    '  echo "refused $1" >&6',
    '  echo "exit 126" >&6',
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

/** What stands before the agent: sshd starts the gate whatever the client asked for, and only these words are heard. */
const head = (version: string): string => `#!/bin/sh
# vantage-gate: runs only what the documentation shows. Made by \`vantage gate build\`; \`vantage gate verify\` finds a change by hand.
VANTAGE_GATE=${version}
case \${SSH_ORIGINAL_COMMAND-} in
  vantage-agent)
    # Each counts itself and all that were there before it, so that never more than these pass; a lock could be left behind, or
    # taken by somebody else. An agent's subshells have its name too, but not its parent's.
    all=' ' pairs=''
    for place in /proc/[0-9]*; do
      [ -O "$place" ] && IFS= read -r line <"$place/cmdline"
      [ "\${line-}" = "/bin/sh$0" ] && read -r pid _ _ parent _ <"$place/stat" && all="$all$pid " pairs="$pairs $pid:$parent"
      line=''
    done 2>/dev/null
    agents=0
    for pair in $pairs; do
      case $all in *" \${pair#*:} "*) ;; *) agents=$((agents + 1)) ;; esac
    done
    if [ "$agents" -gt ${mostAgents} ]; then
      echo 'vantage-gate: ${mostAgents} agents of this user are at work here already; try again when some have ended' >&2
      exit 75
    fi
    ;;
  vantage-master) echo vantage-master && exec cat >/dev/null ;;
  'vantage-gate version') echo "vantage-gate $VANTAGE_GATE" && exit 0 ;;
  'vantage-gate list' | 'vantage-gate reap')
    export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    # A process that one of our runs started, and whose run is over.
    for place in /proc/[0-9]*; do
      run=$(tr '\\0' '\\n' <"$place/environ" | sed -n 's/^VANTAGE_RUN=\\([0-9]\\{1,10\\}\\)$/\\1/p') 2>/dev/null
      [ -n "$run" ] && [ ! -e "/proc/$run" ] || continue
      pid=\${place#/proc/}
      printf '%s %s\\n' "$pid" "$(tr '\\0' ' ' <"$place/cmdline" | cut -c 1-200)"
      [ "$SSH_ORIGINAL_COMMAND" = 'vantage-gate list' ] || kill -KILL "$pid"
    done 2>/dev/null
    exit 0
    ;;
  *) echo 'vantage-gate: this key runs documented checks and nothing else' >&2 && exit 126 ;;
esac
unset SSH_ORIGINAL_COMMAND
`;
