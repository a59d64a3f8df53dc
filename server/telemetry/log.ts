/** The server's own log: one JSON line for each event, or words for a person where that is a terminal. What is worth a line is left to the callers. */
import { type DestinationStream, destination, pino, stdTimeFunctions } from 'pino';

export type Log = {
  /** Something an operator may want to know. */
  print(line: string): void;
  /** Vantage itself is broken: with the place in the program. */
  failed(error: unknown): void;
};

/** Lines are masked before they are written: nothing that reaches the log should hold a secret, and none is kept that does. */
export function createLog(to: DestinationStream): Log {
  const logger = pino(
    // Who we are and where is known to whoever collects the lines.
    { base: null, timestamp: stdTimeFunctions.isoTime, formatters: { level: (level) => ({ level }) } },
    to,
  );
  return {
    print: (line) => logger.info(maskSecrets(line)),
    failed(error) {
      if (!(error instanceof Error)) return logger.error(maskSecrets(String(error)));
      logger.error({ stack: maskSecrets(error.stack ?? '') }, maskSecrets(error.message));
    },
  };
}

/** Standard error, written before the call returns: the last line of a process that dies is there. */
export const processLog = (): Log =>
  createLog(process.stderr.isTTY ? terminal(process.stderr) : destination({ fd: 2, sync: true }));

/** Each line as a person reads it: the time, what happened, and the stack of what is broken. */
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

/** What looks like a token, a cookie, an authorisation or a private key is not kept. */
export const maskSecrets = (text: string): string =>
  secrets.reduce((rest, [form, instead]) => rest.replace(form, instead), text);
