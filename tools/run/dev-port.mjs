// Reads the page's port out of the arguments of `npm run dev`. Pure.
import { Stop } from '../setup/stop.mjs';

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
