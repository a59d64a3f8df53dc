/** The tools that checks need: where they come from, and how they say their version. Plain data. */

/** The package on Debian and Ubuntu, and the option that prints a version on the first line. */
const tools: Readonly<Record<string, readonly [packageName: string, versionOption: string]>> = {
  bash: ['bash', '--version'],
  curl: ['curl', '--version'],
  dig: ['dnsutils', '-v'],
  grep: ['grep', '--version'],
  head: ['coreutils', '--version'],
  ip: ['iproute2', '-V'],
  nft: ['nftables', '--version'],
  openssl: ['openssl', 'version'],
  ping: ['iputils-ping', '-V'],
  pkill: ['procps', '-V'],
  ps: ['procps', '-V'],
  python3: ['python3', '--version'],
  ss: ['iproute2', '-V'],
  sudo: ['sudo', '-V'],
  tcpdump: ['tcpdump', '--version'],
  timeout: ['coreutils', '--version'],
};

/** The package that has the tool; for an unknown tool its own name is the best guess. */
export const packageOf = (tool: string): string => tools[tool]?.[0] ?? tool;

/** Undefined for an unknown tool, which might do something else when asked. */
export const versionOption = (tool: string): string | undefined => tools[tool]?.[1];

/** Packages that have the fix of CVE-2025-32463 under an older number: of Debian, and of Ubuntu 25.04, 24.10 and 24.04 (USN-7604-1). */
const PATCHED = /^1\.9\.(?:16p2-(?:[3-9]|\d\d)|16p2-1ubuntu1\.[1-9]|15p5-3ubuntu5\.24\.(?:04|10)\.[1-9])/;

/**
 * CVE-2025-32463 (`sudo -R` runs code of the caller) is in 1.9.14 to 1.9.17 and fixed in 1.9.17p1. sudo-rs never had it. The program
 * cannot tell what a distribution patched, so its package is asked; empty when there is none.
 */
export function sudoDoubt(version: string, packageVersion: string): string | undefined {
  const [, minor, patch] = /^Sudo version 1\.9\.(\d+)(p\d+)?/.exec(version) ?? [];
  const doubtful =
    minor !== undefined &&
    Number(minor) >= 14 &&
    (Number(minor) < 17 || (minor === '17' && patch === undefined));
  return doubtful && !PATCHED.test(packageVersion) ? 'CVE-2025-32463' : undefined;
}

/** Who made the tool, where it is not who usually does: programs of the same name that differ in places. */
export const variantOf = (version: string): string | undefined => /sudo-rs|uutils|BusyBox/.exec(version)?.[0];
