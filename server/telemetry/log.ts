/** The server's log: one JSON line for each event, or plain text on a terminal. */
import { type DestinationStream, destination, pino, stdTimeFunctions } from 'pino';

export function createLog(to: DestinationStream) {
  const logger = pino(
    // The log collector knows the host.
    { base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } },
    to,
  );
  return {
    /** Something an operator may want to know. */
    print: (line: string) => logger.info(maskSecrets(line)),
    /** Vantage itself is broken: with the place in the program. */
    failed(error: unknown) {
      if (!(error instanceof Error)) return logger.error(maskSecrets(String(error)));
      logger.error({ stack: maskSecrets(error.stack ?? '') }, maskSecrets(error.message));
    },
  };
}

/** Writes to standard error, synchronously: a dying process still gets its last line out. */
export const processLog = () =>
  createLog(process.stderr.isTTY ? terminal(process.stderr) : destination({ fd: 2, sync: true }));

/** Plain text: time, message, and the stack of an error. */
export function terminal(to: { write(text: string): unknown }): DestinationStream {
  return {
    write(line) {
      const { time, level, msg, stack } = JSON.parse(line) as Readonly<Record<string, string | undefined>>;
      const words = stack === undefined || stack === '' ? (msg ?? '') : stack;
      to.write(`${time?.slice(11, 19) ?? ''} ${level === 'error' ? 'ERROR ' : ''}${words}\n`);
    },
  };
}

const secrets: readonly (readonly [RegExp, string])[] = [
  [/vantage_[A-Za-z0-9_-]{16,}/g, 'vantage_***'],
  [/\b(bearer|basic) [A-Za-z0-9._~+/=-]{8,}/gi, '$1 ***'],
  [/((?:__Host-)?vantage[\w-]*=)[^;\s]+/g, '$1***'],
  [
    /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
    '*** private key ***',
  ],
  [/([?&](?:code|token|state|access_token|id_token)=)[^&\s"]+/gi, '$1***'],
];

/** Masks what looks like a token, a cookie, an authorization or a private key. */
export const maskSecrets = (text: string): string =>
  secrets.reduce((rest, [form, instead]) => rest.replace(form, instead), text);
