/** Which links of a built site lead nowhere. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { brokenLinks } from './content.mjs';

const site = (base: string, files: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), 'vantage-links-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), path.endsWith('.html') ? `<html data-base="${base}">${text}` : text);
  }
  return brokenLinks(folder);
};

test.each(['/', '/docs/'])(
  'a page, its anchor, a file, the server and other sites are found below %s',
  (base) => {
    const links = ['w/', 'w/#why', 'w', 'a.svg', 'runs/?check=x', 'badge/w.svg'].map(
      (path) => `${base}${path}`,
    );
    const all = [...links, '#top', 'https://example.org/x', 'mailto:a@example.org', 'w/?a=1&amp;b=2'];
    const text = all.map((href) => `<a class="x" href="${href}">`).join('');
    const found = site(base, {
      'index.html': `<p id="top">${text}`,
      'w/index.html': '<h2 id="why"><img src="../a.svg">',
      'a.svg': '',
    });
    expect(found).toEqual({ links: 9, faults: [] });
  },
);

test('what is not there is named with the page that leads to it', () => {
  const { faults } = site('/docs/', {
    'w/index.html': '<a href="/docs/v/"><a href="#why"><a href="/w/"><img src="b.svg">',
  });
  expect(faults).toEqual([
    'w/index.html: "/docs/v/" leads to no page of this site.',
    'w/index.html: "#why" leads to a page that has no "#why".',
    'w/index.html: "/w/" leads to no page of this site.',
    'w/index.html: "b.svg" leads to no page of this site.',
  ]);
});
