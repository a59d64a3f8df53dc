import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { builtTheme, ourTheme } from './builtTheme.ts';

it.each([
  [
    'reads name and colours of the built site',
    {
      '404.html': '<meta property="og:site_name" content="Dock &amp; Pier &#34;docs&#34;">',
      'theme.css': ':root { --accent: light-dark(#112233, #445566); }\n',
    },
    { name: 'Dock & Pier "docs"', css: ':root { --accent: light-dark(#112233, #445566); }' },
  ],
  ['is ours where nothing is built', {}, ourTheme],
])('%s', (_, files, theme) => {
  const site = mkdtempSync(join(tmpdir(), 'vantage-site-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(site, name), text);
  expect(builtTheme(site)).toEqual(theme);
  rmSync(site, { recursive: true });
});
