/** What a server loads and holds at its start, in a process of its own: a module once loaded stays. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const run = (program: string): unknown => {
  const argv = ['--input-type=module', '--eval', program];
  const { stdout, stderr } = spawnSync(process.execPath, argv, {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
};

it('loads what makes metrics, signs people in elsewhere, or asks other servers only where it is asked to', () => {
  const loaded = run(`
    import { registerHooks } from 'node:module';
    const packages = new Set();
    const name = (url) => /\\/node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(url)?.[1];
    registerHooks({ load: (url, context, next) => (packages.add(name(url)), next(url, context)) });
    await import('./server.ts');
    // The client behind fetch and WebSocket is a part of Node.
    const own = process.moduleLoadList.filter((one) => one.endsWith('undici/undici'));
    process.stdout.write(JSON.stringify([...packages, ...own].filter((one) => one)));
  `);
  expect(loaded).toEqual(expect.arrayContaining(['zod', 'ws']));
  expect(
    [loaded]
      .flat()
      .filter((one) => /^(prom-client|openid-client|oauth4webapi|jose|pg)$|undici/.test(String(one))),
  ).toEqual([]);
}, 20_000);

it('gives back what its start needed', () => {
  const [before, after] = [
    run(`
    import { releaseStartMemory } from './files/startMemory.ts';
    let read = Array.from({ length: 300_000 }, (_, index) => ({ index }));
    const { rss } = process.memoryUsage();
    read = undefined;
    releaseStartMemory();
    process.stdout.write(JSON.stringify([rss, process.memoryUsage().rss]));
  `),
  ]
    .flat()
    .map(Number);
  expect(after).toBeLessThan((before ?? 0) - 5 * 2 ** 20);
}, 20_000);
