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

/** CVE-2025-32463 (`sudo -R` runs code of the caller) is in 1.9.14 to 1.9.17, fixed in 1.9.17p1; distributions fix it without a new number. */
export function sudoDoubt(version: string): string | undefined {
  const [, minor, patch] = /\b1\.9\.(\d+)(p\d+)?/.exec(version) ?? [];
  const doubtful =
    minor !== undefined &&
    Number(minor) >= 14 &&
    (Number(minor) < 17 || (minor === '17' && patch === undefined));
  return doubtful ? 'CVE-2025-32463' : undefined;
}
