/** What a reader's page talks to: the real server on the built site, over a real lab of its own. The browser is left to `reader.ts`. */
import { type AuthChoice, authByDefault } from '../server/identity/authMode.ts';
import { defaultRetention } from '../server/config/config.ts';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Check } from '../src/core/check/check.ts';
import { loadContent, type LoadedWriteup } from '../server/content/load.ts';
import type { FleetChoice } from '../server/target/currentFleet.ts';
import { defaultDirectory } from '../server/lab/directory.ts';
import type { Lab } from '../server/lab/lab.ts';
import { until } from '../server/lab/testing.ts';
import { type RunningServer, startServer } from '../server/server.ts';
import { startTestLab, testLab } from '../server/lab/testing-lab.ts';

const root = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

export const writeup = 'wsl2-mirrored-networking';

export type House = {
  readonly address: string;
  readonly lab: Lab;
  readonly writeups: readonly LoadedWriteup[];
  /** A line of shell as root on a machine of the lab. Throws when its exit is not 0. */
  asRoot(machine: string, line: string): Promise<void>;
  /** The server ends; machines and records stay. */
  stopServer(): Promise<void>;
  /** The server starts again, at the same address with the same records. */
  startServer(): Promise<void>;
  close(): Promise<void>;
};

/** Opens a lab and a server on it. `origins` are further addresses that it answers for, `auth` is how it knows people. Rejects when the site is not built. */
export async function openHouse(
  origins: readonly string[] = [],
  auth: AuthChoice = authByDefault,
): Promise<House> {
  const fleet: FleetChoice = { kind: 'lab' };
  const place = mkdtempSync('/tmp/ve-');
  const site = copyOfSite(place);
  const { XDG_RUNTIME_DIR: before } = process.env;
  // The lab's place follows from it: no lab of this project that is up already is touched.
  Object.assign(process.env, { XDG_RUNTIME_DIR: place });
  // Detached, so that it stays while the server is started again.
  const lab = await startTestLab({
    directory: defaultDirectory(testLab.name),
    mode: 'detached',
    log: () => {},
  });
  const said: string[] = [];
  let port = 0;
  let running: RunningServer | undefined;
  const start = async (): Promise<void> => {
    const started = await startServer(
      {
        host: '127.0.0.1',
        port,
        data: `${place}/data`,
        site,
        origins,
        fleet,
        auth,
        keep: defaultRetention,
      },
      root('content'),
      (line) => void said.push(line),
    );
    running = started;
    port = Number(new URL(started.address).port);
    await until('the fleet is open', () => started.fleet.view().state !== 'starting', 15_000);
  };
  const stop = async (): Promise<void> => {
    await running?.close();
    running = undefined;
  };
  await start();
  return {
    address: `http://127.0.0.1:${port}`,
    lab,
    writeups: await loadContent(root('content')),
    async asRoot(machine, line) {
      const ran = await lab.exec(machine, ['/bin/sh', '-c', line], { asRoot: true });
      if (ran.exit !== 0) throw new Error(`expected exit 0 of ${line}, found ${ran.exit}: ${ran.stderr}`);
    },
    stopServer: stop,
    startServer: start,
    async close() {
      await stop();
      await lab.stop();
      if (before === undefined) Reflect.deleteProperty(process.env, 'XDG_RUNTIME_DIR');
      else Object.assign(process.env, { XDG_RUNTIME_DIR: before });
      rmSync(place, { recursive: true, force: true });
      const stacks = said.filter((line) => /^\s+at /m.test(line));
      if (stacks.length > 0)
        throw new Error(`expected no faults in the server's log, found:\n${stacks.join('\n')}`);
    },
  };
}

/** The built site as it is now: a build in the middle of the tests must not pull the files away. */
export function copyOfSite(place: string): string {
  if (!existsSync(root('dist/index.html')))
    throw new Error('expected the built site in dist/, found none. Run: npm run build');
  cpSync(root('dist'), `${place}/site`, { recursive: true });
  return `${place}/site`;
}

/** The check of that id in the first writeup. */
export function checkNamed({ writeups }: Pick<House, 'writeups'>, id: string): Check {
  const found = writeups.find((one) => one.id === writeup)?.checks.get(id);
  if (!found) throw new Error(`expected a check of ${writeup}, found "${id}"`);
  return found.check;
}
