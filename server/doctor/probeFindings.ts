/** What a machine's answer means, finding by finding, with the command that mends it. Pure. */
import { userSudoers } from './remedyCommands.ts';
import type { ProbeResult, Needs } from '../gate/probe.ts';
import { shellQuote } from '../files/shellQuote.ts';
import { fail, type Finding, ok, warn } from './report.ts';
import { sshdFindings } from './sshdFindings.ts';
import { packageOf, sudoDoubt } from '../gate/toolVersions.ts';

export type LookFacts = {
  readonly needs: Needs;
  readonly look: ProbeResult;
  /** How far the machine's clock is ahead of ours, at least and at most, in seconds; nothing when it could not be told. */
  readonly ahead: { readonly least: number; readonly most: number } | undefined;
  readonly user: string;
};

const SKEW_SECONDS = 2;
const DISK = { lowKib: 32 * 1024, leastKib: 1024 } as const;

export function lookFindings(facts: LookFacts): readonly Finding[] {
  return [
    ...tools(facts),
    ...rights(facts),
    ...sshdFindings(facts.look.sshd, facts.user),
    ...clock(facts),
    ...disks(facts),
    ...left(facts),
  ];
}

function tools({ needs, look }: LookFacts): Finding[] {
  const missing = needs.tools.filter((tool) => look.missing.includes(tool));
  const said = needs.tools.map((tool) => `${tool} ${versionIn(look.versions.get(tool) ?? '')}`.trim());
  const doubt = sudoDoubt(needs.tools.includes('sudo') ? (look.versions.get('sudo') ?? '') : '');
  const packages = [...new Set(missing.map(packageOf))];
  return [
    ...(missing.length === 0
      ? [ok('tools-there', needs.tools.length === 0 ? 'no check needs a tool here' : said.join(', '))]
      : [
          fail(
            'tool-missing',
            `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} not installed; checks that need ${missing.length === 1 ? 'it' : 'them'} are inconclusive`,
            `sudo apt-get install -y ${packages.join(' ')}`,
          ),
        ]),
    ...(doubt === undefined
      ? []
      : [
          warn(
            'tool-doubtful',
            `${look.versions.get('sudo') ?? 'sudo'}: ${doubt} is mended in 1.9.17p1, or by the distribution under the old number`,
            'sudo apt-get install --only-upgrade sudo',
          ),
        ]),
  ];
}

/** The number in what a tool said of itself; empty when there is none. */
const versionIn = (text: string): string => /\d+(?:\.\d+)+(?:[a-z]\d+)?|\b\d{8}\b/.exec(text)?.[0] ?? '';

function rights({ needs, look, user }: LookFacts): Finding[] {
  if (needs.root.length === 0) return [];
  const refused = needs.root.filter((_, index) => look.granted.get(index) !== true);
  if (refused.length === 0)
    return [
      ok(
        'root-granted',
        `sudo lets ${user} run the ${needs.root.length} commands of the captures, word for word`,
      ),
    ];
  const which = refused.map((argv) => argv.join(' ')).join('; ');
  return [
    fail(
      'root-refused',
      `sudo does not let ${user} run, without a password and word for word: ${which}`,
      userSudoers(refused, user),
    ),
  ];
}

function clock({ ahead }: LookFacts): Finding[] {
  if (ahead === undefined) return [];
  const { least, most } = ahead;
  const apart = least > 0 ? least : most < 0 ? -most : 0;
  const about = `${Math.abs((least + most) / 2).toFixed(1)} s`;
  if (apart <= SKEW_SECONDS)
    return [
      ok(
        'clock-agrees',
        apart === 0
          ? 'the clock agrees with ours'
          : `the clock is about ${about} ${least > 0 ? 'ahead' : 'behind'}`,
      ),
    ];
  const message = `the clock is about ${about} ${least > 0 ? 'ahead of' : 'behind'} ours; times in records and on the machine do not fit together`;
  return [warn('clock-skewed', message, 'sudo timedatectl set-ntp true')];
}

function disks({ look }: LookFacts): Finding[] {
  const mib = (kib: number): string => `${Math.floor(kib / 1024)} MiB`;
  const disks = look.disks.filter(
    ({ mount }, index) => look.disks.findIndex((one) => one.mount === mount) === index,
  );
  const low = disks.filter(({ freeKib }) => freeKib < DISK.lowKib);
  if (low.length > 0)
    return low.map(({ mount, freeKib }) =>
      (freeKib < DISK.leastKib ? fail : warn)(
        'disk-full',
        `${mount} has ${mib(freeKib)} left`,
        `df -h ${shellQuote(mount)}; sudo du -xh ${shellQuote(mount)} | sort -h | tail`,
      ),
    );
  if (disks.length === 0) return [];
  return [ok('disk-free', disks.map(({ mount, freeKib }) => `${mount} ${mib(freeKib)}`).join(', '))];
}

function left({ look, needs }: LookFacts): Finding[] {
  // A younger one belongs to a run that is going on.
  const old = look.captures.filter(({ seconds }) => seconds > needs.seconds);
  if (look.left.length === 0 && old.length === 0)
    return [ok('nothing-left', 'nothing of an earlier run is left')];
  const pids = [...look.left, ...old].map(({ pid }) => pid);
  const what = [
    ...look.left.map(({ pid, command }) => `${pid} (${command.trim()})`),
    ...old.map(({ pid, seconds }) => `${pid} (a capture, ${seconds} s old)`),
  ].join(', ');
  return [warn('left-over', `processes of runs that are over: ${what}`, `sudo kill ${pids.join(' ')}`)];
}
