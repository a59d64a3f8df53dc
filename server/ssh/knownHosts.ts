/** The pinned keys of a machine in known_hosts text, as fingerprints (as `ssh-keygen -lf` prints them). Pure; ssh itself verifies keys. */
import { createHash } from 'node:crypto';
import type { Fleet } from '../fleet/fleet.ts';

/** SHA256 fingerprints of the keys under exactly this name; markers, patterns and hashed names are ignored. */
export function pinnedKeys(knownHosts: string, name: string): readonly string[] {
  return knownHosts.split('\n').flatMap((line) => {
    const [names = '', , key = ''] = line.trim().split(/\s+/);
    return names.split(',').includes(name) && key !== '' ? [fingerprint(key)] : [];
  });
}

/** The line to write for each machine whose key is not pinned; none where a pattern, a hash or an authority may stand for it. */
export function pinNotes({ machines, knownHosts: file }: Fleet, text: string): readonly string[] {
  if (/^\s*(@|\||[^#\s]*[*?])/m.test(text)) return [];
  return machines.flatMap(({ name, local, address }) =>
    local || pinnedKeys(text, name).length > 0
      ? []
      : [
          `No host key is pinned for ${name} (${address}), so nothing is sent to it. Write into ${file}: \`${name} ssh-ed25519 AAAA…\`, with what \`cut -d ' ' -f 1,2 /etc/ssh/ssh_host_ed25519_key.pub\` prints on that machine.`,
        ],
  );
}

/** The key that ssh verified, from its debugging log; empty when it did not get that far. */
export function verifiedKey(log: string): string {
  const keys = [...log.matchAll(/^debug1: Server host key: \S+ (SHA256:[A-Za-z0-9+/]+)/gm)];
  return keys.at(-1)?.[1] ?? '';
}

const fingerprint = (key: string): string =>
  `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;
