/** Writes one readable POSIX-sh program that runs the documented steps of one role, for a machine that no docs server reaches. Pure. */
import type { Check, Step } from '../check/check.ts';
import { commandEnvironment } from '../check/input.ts';

export type CollectOptions = {
  readonly writeup: string;
  /** Steps of other roles are left to the script of that machine. */
  readonly role: string;
  readonly checks: readonly Check[];
  /** Whether it captures packets, as root. */
  readonly capture: boolean;
  /** `paste`: a block for an interactive shell, which it never ends or changes. */
  readonly form: 'file' | 'paste';
};
type PlannedStep = {
  readonly step: Step;
  /** Why the script does not run it. */
  readonly leftOut: string | undefined;
};

/** The steps of a check that the script of this role runs or leaves out. */
export const planCollect = (
  check: Check,
  { role, capture }: Pick<CollectOptions, 'role' | 'capture'>,
): readonly PlannedStep[] =>
  check.steps
    .filter((step) => step.role === role)
    .map((step) => ({ step, leftOut: whyLeftOut(check, step, capture) }));

function whyLeftOut({ steps, effect }: Check, step: Step, capture: boolean): string | undefined {
  const isBeside = steps.some(({ runs }) => runs === 'background');
  if (isBeside && steps.some(({ role }) => role !== step.role))
    return 'It has to run at the same time as a step on another machine.';
  if (effect === 'capture' && !capture)
    return 'It belongs to a capture of packets: only the script made with --capture runs it.';
  if (step.credentials) return 'It needs a name and a password, which this script does not ask for.';
  if (step.input !== undefined) return 'It needs a value that only another step can give.';
  if (step.runs === 'foreground' && step.extracts) return 'Its answer holds a secret.';
  return undefined;
}

/** Whether there is anything for such a script to run; with `capture`, a capture. */
export const canCollect = ({ checks, ...options }: Omit<CollectOptions, 'writeup' | 'form'>): boolean =>
  checks
    .flatMap((check) => planCollect(check, options))
    .some(({ step, leftOut }) => leftOut === undefined && (!options.capture || step.runs === 'background'));

export function collectScript(options: CollectOptions): string {
  const { writeup, role, checks, form } = options;
  const plans = checks.map((check) => ({ check: check.id, plan: planCollect(check, options) }));
  const run = plans.flatMap(({ plan }) => plan.filter(({ leftOut }) => leftOut === undefined));
  const tools = [...new Set(run.flatMap(({ step }) => step.needs))];
  const lines = [
    form === 'file' ? '#!/bin/sh' : "sh <<'VANTAGE'",
    ...introduction(options, tools.includes('sudo')),
    'steps() {',
    ...plans.flatMap(({ check, plan }) => stepLines(check, plan)),
    '}',
    '',
    machinery,
    ...(run.some(({ step }) => step.runs === 'background') ? [captureMachinery] : []),
    main(writeup, role, tools),
    ...(form === 'file' ? [] : ['VANTAGE']),
  ];
  return `${lines.join('\n')}\n`;
}

function introduction({ writeup, role }: CollectOptions, asRoot: boolean): readonly string[] {
  return [
    `# Evidence for ${writeup}, from the machine with the role ${role}. It runs the commands in steps(), as the page`,
    '# shows them, and prints what they print: paste that into the page, or send it. It changes nothing and leaves no file.',
    '# What looks like a password or a token is masked. Read the result before you send it.',
    ...(asRoot
      ? [
          '# sudo -n never asks for a password. If yours does: enter sudo -v first, or those steps only say so.',
        ]
      : []),
  ];
}

function stepLines(check: string, plan: readonly PlannedStep[]): readonly string[] {
  const call = (word: string, { id, limits }: Step, text: string) => [
    `${word} ${check}/${id} ${Math.ceil(limits.seconds)} <<'END'`,
    text,
    'END',
  ];
  const lines = plan.flatMap(({ step, leftOut }) => {
    if (leftOut !== undefined) return [`leave_out ${check}/${step.id} '${leftOut}'`];
    return call(step.runs === 'background' ? 'begin' : 'step', step, step.command);
  });
  const captures = plan.flatMap(({ step, leftOut }) =>
    step.runs === 'background' && leftOut === undefined ? [step] : [],
  );
  return [...lines, ...captures.flatMap((step) => call('finish', step, step.stop ?? ':'))];
}

/** How a command is run, timed and shown. awk is the one tool of every system that can count what it masks. */
const machinery = String.raw`# Starts the command on standard input, for at most $2 seconds where there is timeout. $1 names the files of its output.
start() {
  IFS= read -r command
  clock
  began=$now
  {
    ulimit -f 8192
    exec ${'$'}{timeout:+timeout "$2"} sh -c "$command"
  } </dev/null >"$folder/$1.out" 2>"$folder/$1.err" &
}
# Hundredths of a second.
clock() {
  { read -r now rest </proc/uptime; } 2>/dev/null || now=$(date +%s).00
  now=${'$'}{now%.*}${'$'}{now#*.}
}
step() {
  start step "$2"
  running=$!
  wait "$running" 2>/dev/null
  report step "$1" "$2" "$?" "$began" "$command"
  running=
}
report() {
  clock
  time=$((now - $5))
  printf '%s\n' "----- $2 -----" "\$ $6"
  show out "$folder/$1.out"
  show err "$folder/$1.err"
  [ "$time" -lt "${'$'}{3}00" ] || echo 'over its limit'
  printf 'exit: %d   seconds: %d.%02d\n' "$4" $((time / 100)) $((time % 100))
}
leave_out() { printf '%s\n' "----- $1 -----" "not run: $2"; }
# Prints each line of file $2 behind the name $1, with ? for control characters and [masked] for what looks like a secret.
show() {
  [ -s "$2" ] || return 0
  head -c 100000 "$2" | tr '\000' '?' | awk -v name="$1" '
    function mask(key, value,   done) {
      while (match(tolower(line), key)) {
        done = done substr(line, 1, RSTART + RLENGTH - 1)
        line = substr(line, RSTART + RLENGTH)
        if (match(line, "^" value)) { done = done "[masked]"; line = substr(line, RLENGTH + 1); masked++ }
      }
      line = done line
    }
    function mask_words(of,   done, word) {
      while (match(line, of)) {
        word = substr(line, RSTART, RLENGTH)
        if (word ~ /[0-9]/ && word ~ /[a-z]/ && (word ~ /[A-Z]/ || word ~ /^[0-9a-f-]+=*$/)) { word = "[masked]"; masked++ }
        done = done substr(line, 1, RSTART - 1) word
        line = substr(line, RSTART + RLENGTH)
      }
      line = done line
    }
    BEGIN { names = "(password|passwd|secret|token|api_?key)" }
    BEGIN { while (n++ < 32) long = long "[A-Za-z0-9+/_-]"; long = long "[A-Za-z0-9+/_=-]*" }
    {
      line = $0
      sub(/\r$/, "", line)
      gsub(/[\001-\010\013-\037\177]/, "?", line)
      mask("(authorization|cookie|api-key|auth-token): *", ".+")
      mask(names "\"? *[=:] *\"", "[^\"]+")
      mask(names "\"? *[=:] *", "[^ \",;&]+")
      mask("://[^/@ ]*:", "[^/@ ]+@")
      mask_words(long)
      print name ": " line
    }
    END { if (masked) print "masked: " masked }' || echo "$1 is cut here"
  [ -z "$(tail -c 1 "$2")" ] || echo "$1 ends without a newline"
  [ "$(wc -c <"$2")" -le 100000 ] || echo "$1 is cut after 100000 bytes"
}`;

/** Begun two seconds before the steps beside it; the controls of the check say whether that was enough. */
const captureMachinery = String.raw`# A capture runs beside the steps after it, until finish runs the command on its standard input.
begin() {
  start capture "$2"
  capture=$! captured=$command capture_began=$began
  sleep 2
}
finish() {
  sleep 1
  IFS= read -r command
  sh -c "$command" </dev/null >/dev/null 2>&1
  wait "$capture" 2>/dev/null
  report capture "$1" "$2" "$?" "$capture_began" "$captured"
  capture=
}`;

const main = (writeup: string, role: string, tools: readonly string[]): string => String.raw`
export ${commandEnvironment} PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
timeout=$(command -v timeout)
folder=$(mktemp -d) || exit 1
running=
capture=
trap 'rm -rf "$folder"' EXIT
trap 'kill $running $capture 2>/dev/null; exit 1' HUP INT PIPE TERM
printf '\n%s\n' '===== vantage collect 1: ${writeup} ${role} ====='
printf '%s: %s\n' utc "$(date -u +%Y-%m-%dT%H:%M:%SZ)" kernel "$(uname -sr)"
for tool in ${tools.join(' ')}; do
  version=$("$tool" --version 2>&1 </dev/null) || version=$("$tool" -V 2>&1 </dev/null)
  printf '%s: %s\n' "$tool" "${'$'}{version:-unknown}" | head -n 1
done
steps
printf '%s\n' '===== end of vantage collect ====='`;
