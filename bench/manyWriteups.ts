/** Sixty writeups of fifteen checks each beside six, generated: everything that is paid for each check has to grow with their number and no faster. */
import { spawn, spawnSync } from 'node:child_process';
import { on, once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { root, startPlainServer } from './fixtures/server.ts';
import { median, type Row, type Rows } from './report.ts';

const [FEW, MANY, CHECKS] = [6, 60, 15];
const template = join(root, 'template/lab');
const astro = 'node_modules/astro/bin/astro.mjs';
const engine = '.vantage/engine';
const engineParts = [
  ...['astro.config.mjs', 'ops', 'package.json', 'public', 'server', 'src', 'tools'],
  ...['tsconfig.base.json', 'tsconfig.json'],
];

/** A project with so many writeups; the first has the lab of all. */
function generate(project: string, writeups: number): void {
  const [name = ''] = /(?<=^id: ).+$/m.exec(check) ?? [];
  for (let nth = 1; nth <= writeups; nth += 1) {
    const folder = join(project, `content/w${nth}`);
    mkdirSync(join(folder, 'checks'), { recursive: true });
    const ids = Array.from({ length: CHECKS }, (_, at) => `c${at + 1}`);
    for (const id of ids) writeFileSync(join(folder, `checks/${id}.yaml`), check.replaceAll(name, id));
    if (nth === 1) cpSync(join(template, 'lab'), join(folder, 'lab'), { recursive: true });
    const lab = nth === 1 ? '' : 'lab: w1\n';
    const [, roles = ''] = /^(roles:\n(?: .*\n)+)/m.exec(page) ?? [];
    writeFileSync(
      join(folder, 'index.mdx'),
      `---\ntitle: Writeup ${nth}\ndescription: One of many.\norder: ${nth}\n${lab}${roles}---\n\n<Evidence checks={${JSON.stringify(ids)}} />\n`,
    );
  }
}
const check = readFileSync(join(template, 'checks/refused-from-client.yaml'), 'utf8');
const page = readFileSync(join(template, 'index.mdx'), 'utf8');

const load = `
  const { loadContent } = await import(process.argv[1]);
  const start = performance.now();
  await loadContent('content', 'judged');
  const loaded = performance.now() - start;
  const memory = process.resourceUsage().maxRSS / 1024;
  const { readFileSync, writeFileSync } = await import('node:fs');
  const file = 'content/w2/checks/c2.yaml';
  writeFileSync(file, readFileSync(file, 'utf8').replace(/^title: .*/m, (title) => title + ' again'));
  const changed = performance.now();
  await loadContent('content', 'judged');
  console.log(JSON.stringify([loaded, memory, performance.now() - changed]));`;

function run(project: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    ...{ cwd: project, encoding: 'utf8' },
    env: { ...process.env, VANTAGE_PROJECT: project },
  });
  if (status !== 0) throw new Error(`${args.join(' ')}: ${stderr || stdout}`);
  return stdout;
}

/** From the save of one check until its page in development has it, which is after Astro has told the page to load again. */
async function follow(project: string, rounds: number): Promise<number> {
  const argv = [join(root, astro), 'dev', '--root', project, '--config', `${engine}/astro.config.mjs`];
  const child = spawn(process.execPath, [...argv, '--port', '0'], {
    ...{ cwd: project, stdio: ['ignore', 'pipe', 'inherit'] },
    env: { ...process.env, VANTAGE_PROJECT: project, ASTRO_DEV_BACKGROUND: '1' },
  });
  const ended = once(child, 'exit');
  try {
    let text = '';
    const origin = () => /http:\/\/localhost:\d+/.exec(text)?.[0];
    while (origin() === undefined && child.exitCode === null)
      await Promise.race([once(child.stdout, 'data').then((chunk) => (text += String(chunk))), ended]);
    const page = `${origin()}/w2/c2/`;
    const textOf = async (address: string) => await (await fetch(address)).text();
    await textOf(page);
    const client = await textOf(`${origin()}/@vite/client`);
    const [, token] = /wsToken = "(.+?)"/.exec(client) ?? [];
    const socket = new WebSocket(`${origin()?.replace('http', 'ws')}/?token=${token}`, 'vite-hmr');
    await once(socket, 'open');
    const taken: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const file = join(project, 'content/w2/checks/c2.yaml');
      const before = readFileSync(file, 'utf8');
      const messages = on(socket, 'message');
      const saved = performance.now();
      writeFileSync(file, before.replace(/^title: .*/m, `title: Followed ${round}`));
      for await (const [bytes] of messages)
        if (String(bytes).includes('full-reload') && (await textOf(page)).includes(`Followed ${round}`))
          break;
      taken.push(performance.now() - saved);
    }
    socket.close();
    return median(taken);
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}

async function measure(writeups: number, rounds: number) {
  const project = mkdtempSync('/tmp/vb-');
  try {
    // As for an installed package: Astro makes nothing of a root that its pages are outside of.
    for (const part of engineParts)
      cpSync(join(root, part), join(project, engine, part), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
    generate(project, writeups);
    const loads = Array.from({ length: rounds }, () => {
      const [ms = 0, mib = 0, again = 0] = JSON.parse(
        run(project, ['--input-type=module', '-e', load, join(root, 'server/content/load.ts')]),
      ) as number[];
      return { ms, mib, again };
    });
    const start = performance.now();
    run(project, [join(root, astro), 'build', '--root', project, '--config', `${engine}/astro.config.mjs`]);
    const build = (performance.now() - start) / 1000;
    const server = await startPlainServer(join(project, 'data'), join(project, 'dist'), [], { project });
    await server.stop();
    return {
      followed: await follow(project, rounds),
      ready: server.readyMs,
      load: median(loads.map(({ ms }) => ms)),
      memory: median(loads.map(({ mib }) => mib)),
      again: median(loads.map(({ again }) => again)),
      build,
      search: statSync(join(project, 'dist/search.json')).size / 1024,
    };
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

export async function manyWriteups(rounds: number): Rows {
  const [few, many] = [await measure(FEW, rounds), await measure(MANY, rounds)];
  const row = (what: string, unit: Row['unit'], of: keyof typeof few): Row => ({
    ...{ what: `${what}, ${MANY} writeups of ${CHECKS} checks`, unit, ours: many[of] },
    beside: { what: `${FEW} writeups`, value: few[of] },
    note: 'at most 12 times',
  });
  return [
    row('Loading and judging content', 'ms', 'load'),
    row('Memory of it', 'MiB', 'memory'),
    row('One check changed, all loaded again', 'ms', 'again'),
    row('One check changed, its page in development has it', 'ms', 'followed'),
    row('Building the site', 's', 'build'),
    row('Server starts', 'ms', 'ready'),
    row('Index of the search', 'KiB', 'search'),
  ];
}
