/** What a lab is made of anew, by the programs that make it for every lab. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { certificate, newMachineId, sshKey } from './keys.ts';

const place = mkdtempSync(join(tmpdir(), 'vantage-keys-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));
const folder = (): string => mkdtempSync(join(place, 'k'));

it('[T37] keys, certificates and machine-ids are never the same twice', async () => {
  const made = await Promise.all(
    [1, 2].map(async () => [
      await sshKey(folder(), 'same'),
      await certificate(folder(), 'backend', '172.16.168.20'),
      { secret: newMachineId(), open: newMachineId() },
    ]),
  );
  const all = made.flat().flatMap(({ secret, open }) => [secret, open]);
  expect(new Set(all).size).toBe(12);
});
