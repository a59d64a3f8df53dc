// Development on one origin: Astro's hot reload in front, the server behind it, which Astro reaches through its proxy.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { astro } from '../setup/build.mjs';
import { attach } from '../setup/children.mjs';
import { projectEnv, ENGINE, PROJECT } from '../setup/places.mjs';
import { Stop, print } from '../setup/print.mjs';
import { setUp } from '../setup.mjs';

/** @param {string[]} args `--port` is the page's port; everything else goes to the server */
export async function main(args) {
  const { port, rest } = portOf(args);
  const { node, sentence } = await setUp('dev');
  if (sentence !== '') print(`${sentence}\nWithout them the site starts with recordings only.`);
  await freePort(port);
  const backend = await freePort(0);
  const page = `http://localhost:${port}`;
  const env = {
    ...projectEnv(),
    VANTAGE_BACKEND: `http://127.0.0.1:${backend}`,
    ASTRO_DEV_BACKGROUND: '1',
  };
  const stop = new AbortController();
  /** @param {string[]} command */
  const start = async (command) => {
    const ended = await attach(node, command, { cwd: PROJECT, env, signal: stop.signal });
    stop.abort(); // one without the other is of no use
    return ended.code;
  };
  const server = [
    '--watch',
    '--watch-preserve-output',
    join(ENGINE, 'server/main.ts'),
    '--dev',
    '--port',
    String(backend),
  ];
  const codes = await Promise.all([
    start([...server, '--origin', page, ...rest]),
    start([...astro('dev'), '--port', String(port)]),
  ]);
  return codes.find((code) => code !== 0) ?? 0;
}

/**
 * Makes sure that the port is free, or finds one for 0, on loopback.
 * @param {number} port
 * @returns {Promise<number>}
 */
export async function freePort(port) {
  const probe = createServer().listen({ port, host: 'localhost' });
  await once(probe, 'listening').catch((/** @type {Error} */ { message }) => {
    throw new Stop(
      `Port ${port} cannot be used (${message}). End what listens there, or choose another: npm run dev -- --port 4400`,
    );
  });
  const address = probe.address();
  await once(probe.close(), 'close');
  return typeof address === 'object' && address !== null ? address.port : port;
}

const DEFAULT_PORT = 4321;

/**
 * @param {readonly string[]} args
 * @returns {{port: number, rest: string[]}}
 */
export function portOf(args) {
  const at = args.findIndex((arg) => arg === '--port' || arg.startsWith('--port='));
  if (at === -1) return { port: DEFAULT_PORT, rest: [...args] };
  const isJoined = args[at] !== '--port';
  const text = isJoined ? args[at]?.slice('--port='.length) : args[at + 1];
  const port = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0;
  if (port < 1 || port > 65_535) {
    throw new Stop(
      `--port wants a number from 1 to 65535; found ${text ?? 'nothing'}. For example: npm run dev -- --port 4400`,
    );
  }
  return { port, rest: args.filter((_, index) => index !== at && (isJoined || index !== at + 1)) };
}
