/** Whether anybody keeps others from signing in or signs them out: floods of begun sign-ins at a provider, and ten thousand of one person. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditFiles } from '../../server/audit/audit.ts';
import { createBrowser, oidcFile, openProvider, secretEnv } from '../../server/auth/testing-provider.ts';
import { bearer, person, tokenFile } from '../../server/auth/testing.ts';
import { randomSecret } from '../../server/identity/token.ts';
import { manyTimes } from '../fixtures/reader.ts';
import { type MeasuredServer, root } from '../fixtures/server.ts';
import { atLeast, atMost, type Figure, holds } from './figures.ts';
import { type SoakSite, startFirst } from './site.ts';

const begun = 2000;
const signedIn = 10_000;
const atOnce = 50;

export async function signIns(site: SoakSite): Promise<readonly Figure[]> {
  return [...(await atProvider(site)), ...(await ofOnePerson(site))];
}

/** A server without machines and with the file of its mode, for as long as the work takes. */
async function withServer<T>(
  { directory }: SoakSite,
  mode: 'token' | 'oidc',
  text: string,
  work: (server: MeasuredServer, data: string) => Promise<T>,
): Promise<T> {
  const data = mkdtempSync(join(directory, `${mode}-`));
  const file = join(data, 'auth.yaml');
  writeFileSync(file, text, { mode: 0o600 });
  const server = await startFirst(
    { data, site: directory, content: join(root, 'content') },
    { auth: [mode, file] },
  );
  return work(server, data).finally(server.stop);
}

/** What the server holds more after the work, in MiB. */
async function growthOf(server: MeasuredServer, work: () => Promise<unknown>): Promise<number> {
  const held = async () => (await server.measure({ collect: true, begins: false })).heldMib;
  const before = await held();
  await work();
  return (await held()) - before;
}

async function atProvider(site: SoakSite): Promise<readonly Figure[]> {
  process.env[secretEnv] = randomSecret();
  const provider = await openProvider((id) => ({ preferred_username: id, groups: ['dev'] }));
  const text = oidcFile(provider.issuer, '    dev: [view]\n');
  return withServer(site, 'oidc', text, async (server, data) => {
    const { address } = server;
    provider.serve(`${address}/login/callback`, process.env[secretEnv] ?? '');
    const ada = createBrowser(address);
    const { url } = await ada.signIn('ada', `${address}/login/callback`);
    let refused = 0;
    const growth = await growthOf(server, () =>
      manyTimes(begun, atOnce, async () => {
        const answer = await fetch(`${address}/login/start`, { redirect: 'manual' });
        await answer.arrayBuffer();
        if (answer.status === 429) refused += 1;
      }),
    );
    const finished = (await ada.ask(url)).status === 303 && (await ada.ask(`${address}/me`)).status === 200;
    const lines = readFileSync(join(data, auditFiles.refused), 'utf8').split('\n');
    const flood = lines.filter((line) => line.includes('/login/start'));
    return [
      atLeast(`Refused of ${begun} sign-ins that one address begins`, refused, begun * 0.9),
      holds('Who was at the provider meanwhile comes back and reads', finished),
      atMost('Lines of that flood', flood.length, 2),
      atMost('Memory that it leaves', growth, 8, 'MiB'),
    ];
  }).finally(provider.close);
}

async function ofOnePerson(site: SoakSite): Promise<readonly Figure[]> {
  const [vera, ada] = [person('vera', 'view'), person('ada', 'view')];
  return withServer(site, 'token', tokenFile([vera, ada]), async (server) => {
    const { address } = server;
    const signIn = async ({ token }: typeof vera): Promise<string> => {
      const answer = await fetch(`${address}/login`, {
        ...{ method: 'POST', redirect: 'manual', headers: { origin: address } },
        body: new URLSearchParams({ token }),
      });
      await answer.arrayBuffer();
      if (answer.status !== 303)
        throw new Error(`A right token should open, and the answer is ${answer.status}.`);
      return (answer.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '';
    };
    const statusOf = async (headers: Record<string, string>) =>
      (await fetch(`${address}/me`, { headers })).status;
    const [other, first] = [await signIn(ada), await signIn(vera)];
    const began = performance.now();
    const growth = await growthOf(server, () => manyTimes(signedIn, atOnce, () => signIn(vera)));
    const stays = (await statusOf({ cookie: other })) === 200 && (await statusOf(bearer(vera))) === 200;
    const isGone = (await statusOf({ cookie: first })) === 401;
    return [
      holds(`Somebody else stays signed in while one person signs in ${signedIn} times`, stays),
      holds('The first session of that person has gone', isGone),
      atMost('Memory that this leaves', growth, 8, 'MiB'),
      atMost('Time that this takes', (performance.now() - began) / 1000, 20, 's'),
    ];
  });
}
