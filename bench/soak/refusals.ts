/** A flood of what is refused, by one person and by strangers of many addresses: the audit log still has what happened before, and grows little. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { auditFiles } from '../../server/audit/audit.ts';
import { manyTimes, answerTo } from '../fixtures/reader.ts';
import { atMost, type Figure } from './figures.ts';
import type { SoakSite } from './site.ts';

const sockets = 1000;
const addresses = 1000;
const perAddress = 20;
const atOnce = 50;

export async function refusals(site: SoakSite): Promise<readonly Figure[]> {
  const data = join(site.directory, 'data');
  const filesOf = (name: string) =>
    readdirSync(data)
      .filter((file) => file.startsWith(name))
      .map((file) => join(data, file));
  const happened = () =>
    filesOf(auditFiles.happened).flatMap((file) => readFileSync(file, 'utf8').split('\n'));
  const bytes = () =>
    Object.values(auditFiles)
      .flatMap(filesOf)
      .reduce((sum, file) => sum + statSync(file).size, 0);
  const [lines, size, began] = [happened(), bytes(), performance.now()];

  let refused = 0;
  await manyTimes(sockets, atOnce, async () => {
    const answer = await answerTo(site, (socket) => socket.send('no message of the protocol'));
    if (answer !== 'open') refused += 1;
  });
  await manyTimes(addresses, atOnce, async (nth) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const localAddress = `127.1.${Math.floor(nth / 250)}.${1 + (nth % 250)}`;
    for (let time = 0; time < perAddress; time += 1)
      if ((await statusOf(site, { agent, localAddress })) === 421) refused += 1;
    agent.destroy();
  });

  const minutes = Math.ceil((performance.now() - began) / 60_000) + 1;
  const kept = new Set(happened());
  const requests = addresses * perAddress;
  return [
    atMost(
      `${sockets} refused messages and ${requests} refused requests: accepted all the same`,
      sockets + requests - refused,
      0,
    ),
    atMost(
      '… lines of what happened before that are gone',
      lines.filter((line) => !kept.has(line)).length,
      0,
    ),
    atMost('… growth of the audit log in each minute', (bytes() - size) / 1024 / minutes, 300, 'KiB'),
  ];
}

function statusOf({ address }: SoakSite, from: { agent: Agent; localAddress: string }): Promise<number> {
  return new Promise((resolve, reject) => {
    request(address, { ...from, headers: { host: 'elsewhere.example' } }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    })
      .once('error', reject)
      .end();
  });
}
