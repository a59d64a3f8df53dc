/** What an operator has to know about a fleet that can be used: keys that are missing, and what has no effect. */
import { realDisk } from '../files/boundedFiles.ts';
import type { Inventory } from '../inventory/inventory.ts';
import { keyNotes } from '../inventory/keyFile.ts';
import { pinNotes } from '../ssh/knownHosts.ts';

const KNOWN_HOSTS_LIMIT_BYTES = 1024 * 1024;

export function fleetNotes({ fleet, notes }: Extract<Inventory, { ok: true }>): readonly string[] {
  const read = realDisk.read(fleet.knownHosts, KNOWN_HOSTS_LIMIT_BYTES);
  return [...keyNotes(fleet), ...('text' in read ? pinNotes(fleet, read.text) : []), ...notes];
}
