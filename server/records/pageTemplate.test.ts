import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';
import { html } from '../../src/core/report/html.ts';
import { template } from './records.testing.ts';
import { createPageTemplate, cut } from './pageTemplate.ts';

describe('the layout around records', () => {
  it('is refused when a hole is missing or there twice, and is otherwise kept to the character', () => {
    expect(cut(template).filter((_, index) => index % 2 === 1)).toEqual([
      'title',
      'description',
      'title',
      'description',
      'body',
    ]);
    for (const hole of [
      '<title>',
      '<meta name="description"',
      '<meta property="og:title"',
      '<!--record-->',
    ]) {
      expect(() => cut(template.replace(hole, '<!---->')), hole).toThrow(/once, found it 0 times/);
      expect(() => cut(template + template.slice(template.indexOf(hole))), hole).toThrow(/found it 2 times/);
    }
  });
  it('puts what it is given where it belongs, whatever is in it', () => {
    const directory = mkdtempSync(join(tmpdir(), 'vantage-shell-'));
    const template = createPageTemplate(directory, () => {});
    const words = '</title><!--record--> $1 $& "';
    const page = template.page({ title: words, description: words, body: html`<p>${words}</p>` });
    expect(page.match(/<!--record-->/g)).toHaveLength(1);
    expect(page).toContain('<title>&lt;/title&gt;&lt;!--record--&gt; $1 $&amp; &quot; · Vantage</title>');
    expect(page).toContain('<p>&lt;/title&gt;');
    rmSync(directory, { recursive: true });
  });
});
