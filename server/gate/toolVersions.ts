/** The tools that checks need: where they come from, and how they say their version. Plain data. */

type Tool = {
  /** The package on Debian and Ubuntu. */
  readonly package: string;
  /** The option that prints a version, on the first line. */
  readonly version: string;
};

const tools: ReadonlyMap<string, Tool> = new Map([
  ['bash', { package: 'bash', version: '--version' }],
  ['curl', { package: 'curl', version: '--version' }],
  ['dig', { package: 'dnsutils', version: '-v' }],
  ['grep', { package: 'grep', version: '--version' }],
  ['head', { package: 'coreutils', version: '--version' }],
  ['ip', { package: 'iproute2', version: '-V' }],
  ['nft', { package: 'nftables', version: '--version' }],
  ['openssl', { package: 'openssl', version: 'version' }],
  ['ping', { package: 'iputils-ping', version: '-V' }],
  ['pkill', { package: 'procps', version: '-V' }],
  ['ps', { package: 'procps', version: '-V' }],
  ['python3', { package: 'python3', version: '--version' }],
  ['ss', { package: 'iproute2', version: '-V' }],
  ['sudo', { package: 'sudo', version: '-V' }],
  ['tcpdump', { package: 'tcpdump', version: '--version' }],
  ['timeout', { package: 'coreutils', version: '--version' }],
]);

/** The package that has the tool; its own name is the best guess for one that is not in the list. */
export const packageOf = (tool: string): string => tools.get(tool)?.package ?? tool;

/** Nothing for a tool that might do something else when it is asked. */
export const versionOption = (tool: string): string | undefined => tools.get(tool)?.version;

/**
 * What is known against a version of sudo: CVE-2025-32463 (`sudo -R` runs code of the caller) is in 1.9.14 to 1.9.17, and mended in 1.9.17p1.
 * Distributions mend it without a new number.
 */
export function sudoDoubt(version: string): string | undefined {
  const [, minor, patch] = /\b1\.9\.(\d+)(p\d+)?/.exec(version) ?? [];
  const doubtful =
    minor !== undefined &&
    Number(minor) >= 14 &&
    (Number(minor) < 17 || (minor === '17' && patch === undefined));
  return doubtful ? 'CVE-2025-32463' : undefined;
}
