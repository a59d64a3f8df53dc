/** What one release is as the machines of the labs: each cell of its row says `right`, or what is not. */
import { messageOf } from '../../server/files/errors.ts';
import { gatesFor } from '../../server/gate/gates.ts';
import { installGate, lockedOut, wrongShells } from './gate.ts';
import { brokenOff, sshVersion, visited, wrongChecks, wrongClient } from './installed.ts';
import { labs, mainLab, over, withLab, writeups } from './openLab.ts';

export type Examined = { readonly versions: string; readonly cells: Readonly<Record<string, string>> };

/** `clients`: root trees whose ssh the docs server is tried with too. */
export async function examine(root: string, clients: readonly string[]): Promise<Examined> {
  let versions = '';
  const cells: Record<string, string> = {};
  const cell = async (name: string, work: () => Promise<readonly string[]>): Promise<void> => {
    const wrong = await work().catch((error) => [messageOf(error)]);
    const both = [...(cells[name] ?? 'right').split('; '), ...wrong].filter((one) => one !== 'right');
    cells[name] = [...new Set(both)].join('; ') || 'right';
  };
  const gates = gatesFor(writeups);
  await withLab(mainLab, { root, gates }, async (open) => {
    const { lab } = open;
    await over(open, lab.fleet, async (transport) => {
      await cell('Checks', () => wrongChecks({ ...open, transport }));
      await cell('Doctor', async () => {
        const { wrong, tools } = await visited(open, transport);
        versions = `${await sshVersion(open)}, ${tools}`;
        return wrong;
      });
      await cell('Cancelled capture', () => brokenOff(open, transport, 'cancelled'));
      await cell('Cut link', () => brokenOff(open, transport, 'lost'));
    });
    for (const client of clients) await cell('ssh clients', () => wrongClient(open, client));
  }).catch((error) => cell('Checks', () => Promise.reject(error)));
  for (const described of labs.filter(({ name }) => name !== mainLab.name))
    await cell('Checks', () =>
      withLab(described, { root, gates }, (open) =>
        over(open, open.lab.fleet, (transport) => wrongChecks({ ...open, transport })),
      ),
    );
  await withLab(mainLab, { root, bare: true }, async (open) => {
    const fleet = await installGate(open);
    await cell('Gate', () =>
      over(open, fleet, (transport) => wrongChecks({ ...open, lab: { ...open.lab, fleet }, transport })),
    );
    await cell('Refused logins', () => lockedOut(open, fleet));
    await cell('Login shells', () => wrongShells(open, fleet));
  }).catch((error) => cell('Gate', () => Promise.reject(error)));
  return { versions, cells };
}
