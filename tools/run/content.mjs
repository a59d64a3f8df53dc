// Tests a project's content: `vantage test`. Samples and pages, the build with its rights, links, and each lab against its predictions.
import { join } from 'node:path';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { buildSite, isBuilt } from '../setup/build.mjs';
import { attach, runKillable } from '../setup/children.mjs';
import { projectEnv, ENGINE, PROJECT } from '../setup/places.mjs';
import { print } from '../setup/print.mjs';
import { setUp } from '../setup.mjs';

const usage = `usage: vantage test [--no-lab]

Tests the content: the samples of every check, pages and pictures, what machines have to allow, the links of the built site, and each
lab against its predictions in every condition. --no-lab leaves the last out. Exit status: 0 all hold, 1 a fault.`;

/** @param {string[]} args */
export async function main(args) {
  const unknown = args.find((arg) => arg !== '--no-lab');
  if (unknown !== undefined) {
    print(['--help', '-h'].includes(unknown) ? usage : `vantage test: there is no "${unknown}".\n\n${usage}`);
    return ['--help', '-h'].includes(unknown) ? 0 : 3;
  }
  const { node, sentence } = await setUp('dev');
  const options = { cwd: PROJECT, env: projectEnv() };
  /** @type {boolean[]} */
  const results = [];
  /** @param {string} name @param {() => Promise<string | undefined>} work resolves with a fault, `undefined` for none */
  const test = async (name, work) => {
    const fault = await work().catch((/** @type {unknown} */ error) =>
      error instanceof Error ? error.message : String(error),
    );
    results.push(fault === undefined);
    print(fault === undefined ? `ok     ${name}` : `FAILED ${name}${fault === '' ? '' : `\n${fault}`}`);
    return fault === undefined;
  };
  const isSound = await test('samples, pages, pictures and labs', async () => {
    const { code, output } = await runKillable(node, [join(ENGINE, 'server/cli/main.ts'), 'try'], options);
    return code === 0 ? undefined : output.trim();
  });
  if (isSound) {
    const isSite = await test('the site, and the rights of each role', async () => {
      if (!isBuilt()) await buildSite(node);
      return undefined;
    });
    if (isSite)
      await test('links', async () => {
        const { faults } = brokenLinks(join(PROJECT, 'dist'));
        return faults.length === 0 ? undefined : faults.join('\n');
      });
    if (args.length === 0)
      await test('labs, in every condition', async () => {
        if (sentence !== '') return sentence;
        const { code } = await attach(node, [join(ENGINE, 'server/cli/main.ts'), 'matrix'], options);
        return code === 0 ? undefined : '';
      });
  }
  const passed = results.filter(Boolean).length;
  process.stdout.write(`${passed} passed, ${results.length - passed} failed\n`);
  return passed === results.length ? 0 : 1;
}

/** What the server answers, which is no file. */
const SERVED = /^(?:runs|badge|changes|login|logout|healthz|ws)(?:[/?]|$)/;

/**
 * @param {string} site the folder of the built site
 * @returns {{links: number, faults: string[]}} a sentence for each link that leads nowhere
 */
export function brokenLinks(site) {
  const pages = readdirSync(site, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.html'),
  );
  /** @type {Map<string, string>} */
  const texts = new Map(pages.map((path) => [path, readFileSync(join(site, path), 'utf8')]));
  let links = 0;
  /** @type {Set<string>} */
  const faults = new Set();
  for (const [path, text] of texts) {
    const [, base = '/'] = /<html[^>]* data-base="([^"]*)"/.exec(text) ?? [];
    const from = `http://site${base}${path.replace(/index\.html$/, '')}`;
    for (const [, link = ''] of text.matchAll(/<[a-z][^>]*? (?:href|src)="([^"]*)"/g)) {
      const address = link.replaceAll('&amp;', '&');
      const to = URL.canParse(address, from) ? new URL(address, from) : undefined;
      if (to?.host !== 'site') continue;
      links += 1;
      const inside = decodeURIComponent(to.pathname).startsWith(base)
        ? decodeURIComponent(to.pathname).slice(base.length)
        : undefined;
      if (inside !== undefined && SERVED.test(inside)) continue;
      const file = inside === undefined ? undefined : fileOf(site, inside);
      if (file === undefined) faults.add(`${path}: "${link}" leads to no page of this site.`);
      else if (to.hash.length > 1 && !hasAnchor(texts.get(file), decodeURIComponent(to.hash.slice(1))))
        faults.add(`${path}: "${link}" leads to a page that has no "${to.hash}".`);
    }
  }
  return { links, faults: [...faults] };
}

/** @param {string} site @param {string} inside */
function fileOf(site, inside) {
  const isFile = (/** @type {string} */ name) =>
    existsSync(join(site, name)) && statSync(join(site, name)).isFile();
  return [inside, join(inside, 'index.html'), `${inside}.html`].find(isFile);
}

/** @param {string | undefined} text of a page; `undefined` for a file that is none @param {string} id */
const hasAnchor = (text, id) => text === undefined || text.includes(`id="${id}"`);
