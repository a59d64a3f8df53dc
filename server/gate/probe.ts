/** The probe of `vantage doctor`: one read-only command, made from the checks of a role, and the parser of its output. An installed gate has the same command. Pure. */
import type { Step } from '../../src/core/check/check.ts';
import type { LoadedWriteup } from '../content/load.ts';
import { type RootCommand, rootCommandsOf } from './sudoers.ts';
import { shellQuote } from '../files/shellQuote.ts';
import { versionOption } from './toolVersions.ts';

export const PROBE_ID = 'doctor/probe';
export const PROBE_SECONDS = 20;
export const PROBE_BYTES = 64 * 1024;

export type Needs = ReturnType<typeof needsOf>;

export const stopOf = (step: Step): string => (step.runs === 'background' ? (step.stop ?? '') : '');

/** What a step in a container needs of the machine itself; the rest is inside. */
const isOutside = (tool: string): boolean => ['docker', 'kubectl', 'sudo', 'timeout'].includes(tool);

/** What the checks of a role need on its machine. `seconds`: the longest time limit of a step there. */
export function needsOf(writeups: readonly LoadedWriteup[], role: string) {
  const steps = writeups.flatMap(({ checks }) =>
    [...checks.values()].flatMap(({ check }) =>
      check.steps.flatMap((step) => (step.role === role ? [{ ...step, id: `${check.id}/${step.id}` }] : [])),
    ),
  );
  return {
    tools: [
      ...new Set(steps.flatMap(({ needs, inside }) => (inside ? needs.filter(isOutside) : needs))),
    ].sort(),
    root: rootCommandsOf(steps.map((step) => ({ id: step.id, command: step.command, stop: stopOf(step) }))),
    seconds: Math.max(0, ...steps.map(({ limits }) => limits.seconds)),
  };
}

/** The command, on one line. It prints only lines of known words, so that no output of a tool can pass for one. */
export function probeCommand({ tools, root }: Needs): string {
  const version = (tool: string): string => {
    const option = versionOption(tool);
    return option === undefined
      ? ''
      : ` "$(${tool} ${option} 2>&1 </dev/null | head -n 1 | tr -cd '[:print:]' | cut -c 1-120)"`;
  };
  const tool = (name: string): string =>
    `if command -v ${name} >/dev/null; then say tool ${name}${version(name)}; else say missing ${name}; fi`;
  const right = (argv: RootCommand, index: number): string =>
    `if sudo -n -l ${argv.map(shellQuote).join(' ')} >/dev/null 2>&1; then say root ${index} yes; else say root ${index} no; fi`;
  const captures = root
    .flatMap(capturesIn)
    .map((argv) => `${shellQuote(argv.join(' '))}) say "capture $pid $age" ;;`);
  return [
    // A name or a command line may hold what `echo` of some shells reads as a line break.
    `say() { printf '%s\\n' "$*"; }`,
    'say "clock $(date +%s.%N)"',
    ...tools.map(tool),
    ...(tools.includes('sudo')
      ? [`say "package sudo $(dpkg-query -W -f '\${Version}' sudo 2>/dev/null | tr -cd '[:graph:]')"`]
      : []),
    ...root.map(right),
    ...sshdLines,
    `df -Pk / /tmp 2>/dev/null | while read -r _ _ _ free _ mount; do case $free in *[!0-9]*) ;; *) say "disk $free $mount" ;; esac; done`,
    `for file in $(grep -ls VANTAGE_RUN= /proc/[0-9]*/environ 2>/dev/null); do run=$(tr '\\0' '\\n' <"$file" 2>/dev/null | sed -n 's/^VANTAGE_RUN=\\([0-9]*\\)$/\\1/p'); place=\${file%/environ}; if [ -n "$run" ] && ! grep -qs vantage- "/proc/$run/cmdline" && [ -e "$place" ]; then say "left \${place#/proc/} $(tr '\\0' ' ' <"$place/cmdline" 2>/dev/null | tr -cd '[:print:]' | cut -c 1-120)"; fi; done`,
    ...(captures.length === 0
      ? []
      : [
          `ps -eo pid=,etimes=,args= 2>/dev/null | while read -r pid age args; do case $args in ${captures.join(' ')} esac; done`,
        ]),
    'say end',
  ].join('; ');
}

/** The programs that a root command leaves behind when its parent dies: with `timeout`, also the program under it. */
export function capturesIn(argv: RootCommand): RootCommand[] {
  const inner = argv.findIndex((word, index) => index > 0 && word.startsWith('/'));
  if (argv[0]?.endsWith('/pkill')) return [];
  return inner > 0 && argv[0]?.endsWith('/timeout') ? [argv, argv.slice(inner)] : [argv];
}

export type ProbeResult = ReturnType<typeof parseProbe>;

/** Unknown lines are ignored. */
export function parseProbe(text: string) {
  const lines = text.split('\n');
  const all = (pattern: RegExp): readonly RegExpExecArray[] =>
    lines.flatMap((line) => {
      const match = pattern.exec(line);
      return match === null ? [] : [match];
    });
  const clock = Number(all(/^clock (\d{1,12}(?:\.\d{1,9})?)/)[0]?.[1] ?? Number.NaN);
  return {
    /** Seconds since 1970 on the machine's clock; undefined when it could not be read. */
    clock: Number.isFinite(clock) ? clock : undefined,
    versions: new Map(all(/^tool (\S+) ?(.*)$/).map(([, tool = '', version = '']) => [tool, version])),
    /** Of a tool's package, where it was asked for. */
    packages: new Map(all(/^package (\S+) (\S+)$/).map(([, tool = '', version = '']) => [tool, version])),
    missing: all(/^missing (\S+)$/).map(([, tool = '']) => tool),
    /** By the index in `Needs.root`. */
    granted: new Map(
      all(/^root (\d+) (yes|no)$/).map(([, index, answer]) => [Number(index), answer === 'yes']),
    ),
    sshd: parseSshd(lines),
    disks: all(/^disk (\d+) (\/.*)$/).map(([, free, mount = '']) => ({ mount, freeKib: Number(free) })),
    left: all(/^left (\d+) (.*)$/).map(([, pid, command = '']) => ({ pid: Number(pid), command })),
    captures: all(/^capture (\d+) (\d+)$/).map(([, pid, seconds]) => ({
      pid: Number(pid),
      seconds: Number(seconds),
    })),
    /** Whether the last line arrived. */
    whole: lines.includes('end'),
  };
}

export const keywords = ['MaxSessions', 'MaxStartups', 'ClientAliveInterval', 'ClientAliveCountMax'] as const;
export type Keyword = (typeof keywords)[number];

/** As sshd prints them; empty when it could not be asked. */
export type SshdLimits = ReadonlyMap<Keyword, string>;

/**
 * sshd prints its effective settings, for our user from our address, from 10.6 on with capitals. Any user may ask: sshd accepts a
 * throw-away host key through a pipe. `-G`, which needs none, takes no address.
 */
export const sshdLines: readonly string[] = [
  'me=$(id -un)',
  'sshd=$(command -v sshd)',
  // The agent's own environment still has what sshd wrote there.
  `set -- $(tr '\\0' '\\n' <"/proc/\${VANTAGE_RUN-}/environ" 2>/dev/null | sed -n 's/^SSH_CONNECTION=\\([0-9a-fA-F.:]* [0-9]* [0-9a-fA-F.:]* [0-9]*\\)$/\\1/p')`,
  '[ $# = 4 ] || set -- 127.0.0.1 0 127.0.0.1 22',
  'who="user=$me,host=$1,addr=$1,laddr=$3,lport=$4"',
  `passing_key() { echo y | ssh-keygen -q -t ed25519 -N '' -f /dev/stdout | sed -n 's/.*-----BEGIN/-----BEGIN/; /-----BEGIN/,/-----END/p'; }`,
  'effective() { if [ "$(id -u)" = 0 ]; then "$sshd" -T -C "$who"; else passing_key | "$sshd" -T -h /dev/stdin -C "$who"; fi; }',
  `effective 2>/dev/null | tr A-Z a-z | sed -nE 's/^(${keywords.join('|').toLowerCase()}) ([0-9:]+)$/sshd \\1 \\2/p'`,
];

export function parseSshd(lines: readonly string[]): SshdLimits {
  const limits = new Map<Keyword, string>();
  for (const keyword of keywords) {
    const start = `sshd ${keyword.toLowerCase()} `;
    const value = lines.find((line) => line.startsWith(start))?.slice(start.length) ?? '';
    if (/^\d+(?::\d+:\d+)?$/.test(value)) limits.set(keyword, value);
  }
  return limits;
}
