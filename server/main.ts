/** `node server/main.ts`: reads the arguments, serves, and stops in good order. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Config, readConfig, usage, UsageError } from './config/config.ts';
import { ROOT_BASE } from '../src/core/text/base.ts';
import { ContentError } from './content/load.ts';
import type { ServerFacts } from './telemetry/facts.ts';
import { processLog } from './telemetry/log.ts';
import { startServer } from './server.ts';
import { messageOf } from './files/errors.ts';
import { PROJECT } from './files/project.ts';
import { releaseStartMemory } from './files/startMemory.ts';

const { print, failed } = processLog();

async function main(): Promise<void> {
  const config = readConfig(process.argv.slice(2), PROJECT, process.env);
  if (config === 'help') return void process.stdout.write(usage);
  if (!process.argv.includes('--dev')) checkSite(config);
  const server = await startServer(config, join(PROJECT, 'content'), print, failed);
  const metrics =
    config.metrics === undefined
      ? undefined
      : await metricsAt(server.facts, config.metrics).catch(async (error: unknown) => {
          await server.close();
          throw error;
        });
  if (metrics !== undefined) print(`Prometheus finds metrics at ${metrics.address}`);
  let stopping = false;
  const stop = () => {
    // A second signal means now.
    if (stopping) process.exit(130);
    stopping = true;
    print(
      config.store === undefined
        ? 'Stopping: running checks are cancelled, the lab goes down.'
        : 'Stopping: with other servers on the database, running checks have a minute to end; otherwise they are cancelled. The lab goes down.',
    );
    Promise.all([server.close(), metrics?.close()]).then(
      () => process.exit(0),
      (error: unknown) => {
        failed(error);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  releaseStartMemory();
  // Last: a signal may follow this line at once.
  process.stdout.write(`Vantage is at ${server.address}\n`);
}

/** Loads what makes metrics only where somebody asks for them. */
async function metricsAt(...asked: readonly [ServerFacts, { readonly host: string; readonly port: number }]) {
  const { serveMetrics } = await import('./telemetry/metrics.ts');
  return serveMetrics(...asked, print);
}

main().catch((error: unknown) => {
  const known =
    error instanceof UsageError ||
    error instanceof ContentError ||
    (error instanceof Error && !('code' in error));
  process.stderr.write(`${known ? messageOf(error) : diskSentence(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
});

/** Throws a sentence unless the site is built, for the path that it is served at. */
function checkSite({ site, base }: Config): void {
  const page = join(site, 'index.html');
  if (!existsSync(page))
    throw new UsageError('The site is not built yet. Run: npm start (or npm run build first).');
  const [, built = ROOT_BASE] = /<html[^>]* data-base="([^"]*)"/.exec(readFileSync(page, 'utf8')) ?? [];
  if (built !== base)
    throw new UsageError(
      `The site in ${site} is built for ${built}, and not for ${base}. Run: npm start -- --base ${base} (or VANTAGE_BASE=${base} npm run build first).`,
    );
}

/** For all paths but the data folder, which has messages of its own. */
function diskSentence(error: unknown): string {
  const { code, path } = error as { code?: string; path?: string };
  if (code === 'ENOSPC') return `The disk is full (${path ?? code}). Make room there, then start again.`;
  if (path !== undefined && (code === 'EACCES' || code === 'EROFS' || code === 'EPERM'))
    return `${path} cannot be used by this user (${code}). Allow it, then start again.`;
  return `Vantage could not start: ${messageOf(error)}`;
}
