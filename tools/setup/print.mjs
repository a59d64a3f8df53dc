// What the commands tell a person, on standard error: standard output stays the program's own.

/** @param {string} line */
export function print(line) {
  process.stderr.write(`${line}\n`);
}

/** Throw it with a message that says what was expected, what was found and what to do next. */
export class Stop extends Error {
  /** @override */
  name = 'Stop';
}

const QUIET_MS = 500;
const PIPE_EVERY_MS = 30_000;

/**
 * Awaits the work; from half a second on it says what is going on and for how long.
 * @template T
 * @param {string} what for example "Installing npm packages"
 * @param {() => Promise<T>} work
 * @param {{say?: (line: string) => void, stream?: {isTTY?: boolean, write(text: string): unknown}}} [out]
 * @returns {Promise<T>}
 */
export async function withProgress(what, work, { say = print, stream = process.stderr } = {}) {
  const began = performance.now();
  const seconds = () => `${Math.round((performance.now() - began) / 1000)} s`;
  let shown = false;
  const tick = () => {
    if (stream.isTTY) stream.write(`\r\u001b[K${what} … ${seconds()}`);
    else say(shown ? `${what} … ${seconds()}` : `${what} …`);
    shown = true;
  };
  /** @type {NodeJS.Timeout | undefined} */
  let every;
  const first = setTimeout(() => {
    tick();
    every = setInterval(tick, stream.isTTY ? 1_000 : PIPE_EVERY_MS);
  }, QUIET_MS);
  let ended = 'stopped';
  try {
    const value = await work();
    ended = 'done';
    return value;
  } finally {
    clearTimeout(first);
    clearInterval(every);
    if (shown && stream.isTTY) stream.write('\r\u001b[K');
    if (shown) say(`${what}: ${ended} after ${seconds()}`);
  }
}
