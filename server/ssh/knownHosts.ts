/** The pinned keys of a machine, read from known_hosts text as fingerprints (what `ssh-keygen -lf` prints). Pure; judging keys is ssh's. */
import { createHash } from 'node:crypto';

/** SHA256 fingerprints of the keys that stand under exactly this name. Markers, patterns and hashed names are not ours. */
export function pinnedKeys(knownHosts: string, name: string): readonly string[] {
  return knownHosts.split('\n').flatMap((line) => {
    const [names = '', , key = ''] = line.trim().split(/\s+/);
    return names.split(',').includes(name) && key !== '' ? [fingerprint(key)] : [];
  });
}

/** The key that ssh says it verified, in its debugging log; empty when it did not come so far. */
export function verifiedKey(log: string): string {
  const keys = [...log.matchAll(/^debug1: Server host key: \S+ (SHA256:[A-Za-z0-9+/]+)/gm)];
  return keys.at(-1)?.[1] ?? '';
}

const fingerprint = (key: string): string =>
  `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;
