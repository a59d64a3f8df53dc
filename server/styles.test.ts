import { expect, it } from 'vitest';
import { standaloneCss, tokensCss } from './styles.ts';

it('[E16] the style of a record in one file has the site’s colours and rules, loads nothing, and cannot end early', () => {
  for (const part of [
    '--agrees: light-dark(',
    '.badge {',
    '.screen {',
    '.diff',
    '@media print',
    'max-width: 64rem',
  ])
    expect(standaloneCss).toContain(part);
  expect(standaloneCss).not.toMatch(/@import|url\(|<\/|\/\*/);
  expect(standaloneCss.match(/\{/g)).toHaveLength(standaloneCss.match(/\}/g)?.length ?? 0);
});

it('the colours for the pages around signing in are the site’s, in both themes', () => {
  expect(tokensCss).toContain('color-scheme: light dark;');
  expect(tokensCss).toMatch(/--paper: light-dark\(#\w{6}, #\w{6}\);/);
  expect(tokensCss).not.toMatch(/@import|url\(/);
});
