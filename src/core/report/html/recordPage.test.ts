import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compareBody } from './comparePage.ts';
import { visible } from '../../text/visibleText.ts';
import { shapes } from './standalone.ts';
import { bytes, mixedSet, recordMarkup, recordOf, runOf, standaloneHtml, stdout } from '../testing.ts';

const page = (record = mixedSet(), interactive = false, mayKeep = false) =>
  recordMarkup(record, { base: '', interactive, mayKeep });
const ids = (markup: string) => [...markup.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);

describe('the page of a record', () => {
  it('[E11] has an anchor for every run, its roles and its steps, and no name twice', () => {
    const twoSteps = runOf({
      header: {
        check: 'row-04',
        steps: [
          { id: 'capture', role: 'backend', command: 'tcpdump' },
          { id: 'curl', role: 'backend', command: 'curl' },
        ],
      },
    });
    const found = ids(page(recordOf([...mixedSet().runs, twoSteps])));
    for (const id of [
      'row-01',
      'row-01.backend',
      'row-01.curl',
      'row-04',
      'row-04~2',
      'row-04~2.backend',
      'row-04~2.capture',
      'row-04~2.curl',
    ])
      expect(found).toContain(id);
    expect(new Set(found).size).toBe(found.length);
  });
  it('[E11] every link within it leads to something in it', () => {
    const markup = page();
    const found = new Set(ids(markup));
    const inside = [...markup.matchAll(/<a [^>]*href="#([^"]*)"/g)].map(([, id]) => id);
    expect(inside.length).toBeGreaterThan(5);
    for (const id of inside) expect(found).toContain(id);
  });
  it('[E12] says verdict and source in words, and marks each other’s words where a row differs', () => {
    const markup = page();
    for (const tag of ['article', 'section'])
      expect(markup.match(new RegExp(`<${tag} `, 'g'))?.length).toBe(
        markup.match(new RegExp(`</${tag}>`, 'g'))?.length,
      );
    expect(markup).toMatch(/<\/section><\/article> $/);
    expect(markup).toContain('<h1>3 of 5 agree · lab · 22 Nov 2026</h1>');
    expect(markup.match(/<span>agrees<\/span>/g)).toHaveLength(6);
    expect(markup).toContain('exit <del>7</del>, connection <del>refused</del>');
    expect(markup).toContain('exit <ins>0</ins>, connection <ins>accepted</ins>');
    expect(markup).toContain('<time datetime="2026-11-22T10:00:00Z">2026-11-22 10:00:00 UTC</time>');
  });
  it('[E12] a recording keeps its word, and never has the colour of a verdict', () => {
    const markup = page(recordOf([runOf({ header: { source: 'recording' } })]));
    expect(markup).toContain('data-verdict="recording"');
    expect(markup).toContain('recording: agrees');
    expect(markup).not.toContain('data-verdict="agrees"');
  });
  it('[E13] damaged, interrupted, cancelled, running and left out are said', () => {
    expect(page(recordOf([runOf({ damage: 'Cut at byte 90 of 120.' })]))).toContain(
      'This record is damaged. Cut at byte 90 of 120.',
    );
    expect(page(recordOf([runOf({ closed: 'interrupted' })]))).toContain('it was interrupted');
    expect(page(recordOf([runOf({ closed: 'cancelled' })]))).toContain('This run was cancelled.');
    expect(page(recordOf([runOf({ closed: 'running' })]))).toContain('there is no verdict');
    const cut = page(recordOf([runOf({ output: [stdout('curl', 'x'.repeat(100))], keepBytes: 10 })]));
    expect(cut).toContain('80 bytes left out on this page');
    const long = page(recordOf([runOf({ output: [stdout('curl', 'x'.repeat(300_000))], keepBytes: 1e6 })]));
    expect(long).toContain('200000 characters of this stdout are left out here');
  });
  it('[E14] output is text: what would be markup is escaped, and a first empty line stays', () => {
    const hostile = '\n</pre><script>alert(1)</script>\u202e\u0000&amp;';
    const markup = page(recordOf([runOf({ output: [stdout('curl', hostile)] })]), true);
    expect(markup).not.toContain('<script');
    expect(markup).toContain('backend">\n\n&lt;/pre&gt;&lt;script&gt;');
    expect(markup).toContain('‹U+202E›␀&amp;amp;');
  });
  it('[E14] names from anywhere make no attribute and no element', () => {
    const evil = '"><img src=x onerror=alert(1)>';
    const run = runOf({
      header: {
        title: evil,
        check: evil,
        run: evil,
        commit: evil,
        by: evil,
        steps: [{ id: evil, role: evil, command: evil }],
      },
      identity: { hostName: evil },
      judgement: {
        means: evil,
        findings: [{ part: 'control', message: evil, holds: false, observed: evil }],
      },
    });
    const record = recordOf([run], { id: evil, title: evil, note: evil, writeup: { id: evil, title: evil } });
    for (const markup of [
      page(record, true),
      compareBody(record, record, { base: '' }).markup,
      standaloneHtml(record, { base: '', css: '' }),
    ])
      expect(markup).not.toMatch(/<img|onerror=alert\(1\)>/);
  });
  it('[E15] the places for replay and copy are there only for a page with a script, the form that keeps it only for who may', () => {
    expect(page()).not.toMatch(/<v-/);
    const markup = page(mixedSet(), true);
    expect(page() + markup).not.toContain('<form');
    const form = '<form class="record-keep" method="post" action="/runs/01KB0000000000000000000000/keep">';
    for (const [pinned, keep] of [
      [false, 'yes'],
      [true, 'no'],
    ] as const) {
      const own = page(mixedSet({ pinned }), true, true);
      expect(own).toContain(form);
      expect(own).toContain(`name="keep" value="${keep}"`);
    }
    expect(markup.match(/<v-replay\s+data-run="[^"]+"\s+data-anchor="row-0/g)).toHaveLength(5);
    expect(markup).toMatch(/<v-copy[^>]*>[\s\S]*### 3 of 5 agree/);
  });
});

describe('a record as one file', () => {
  const file = standaloneHtml(mixedSet(), { base: 'https://vantage.example', css: 'main { color: red }' });
  it('[E16] has no script, loads nothing, and says so in its policy', () => {
    expect(file).toMatch(/^<!doctype html>/);
    expect(file).not.toMatch(/<script|<link|<iframe|<object|@import|url\(/i);
    expect([...file.matchAll(/ src="/g)]).toHaveLength(0);
    expect(file).toContain('default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; img-src data:');
  });
  it('[E16] the style that is handed in cannot end early', () => {
    const made = standaloneHtml(mixedSet(), { base: '', css: 'a{}</style><b>' });
    expect(made.match(/<\/style>/g)).toHaveLength(1);
  });
  it('[E16] its signs are those of the site', () => {
    const site = readFileSync(new URL('../../../components/page/shapes.svg', import.meta.url), 'utf8');
    const drawn = (text: string, name: string) =>
      new RegExp(`<symbol id="shape-${name}"[\\s\\S]*?</symbol>`)
        .exec(text)?.[0]
        .replace(/\s+/g, ' ')
        .replace(/\s*([<>])\s*/g, '$1');
    const names = [...shapes.markup.matchAll(/<symbol id="shape-([a-z]+)"/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) expect(drawn(shapes.markup, name)).toBe(drawn(site, name));
    for (const [, name = ''] of file.matchAll(/href="#shape-([a-z]+)"/g)) expect(names).toContain(name);
  });
});

describe('a comparison', () => {
  const other = (made: Parameters<typeof runOf>[0]) =>
    recordOf([runOf({ ...made, header: { run: '01KB000000000000000000000B', ...made?.header } })]);
  const a = recordOf([runOf({ output: [stdout('curl', 'one\ntwo\nthree\n')] })]);
  it('[E17] marks the words that differ from the documents, and those from A to B', () => {
    const b = other({ judgement: { verdict: 'differs', observed: 'exit 0, connection accepted' } });
    const { markup } = compareBody(a, b, { base: '' });
    expect(markup).toContain('1 of 1 row differs.');
    expect(markup).toMatch(
      /<dt>Documented<\/dt>\s*<dd>exit <del>7<\/del>, connection <del>refused<\/del><\/dd>/,
    );
    expect(markup).toContain('exit <ins>0</ins>, connection <ins>accepted</ins>');
    expect(markup).toMatch(/<dt>A to B<\/dt>\s*<dd>\s*exit <del>7<\/del><ins>0<\/ins>/);
  });
  it('[E17] names machine, condition, command, check and judge where they are not the same', () => {
    const b = other({
      header: {
        condition: 'fix-nat',
        checkHash: 'other',
        steps: [{ id: 'curl', role: 'backend', command: 'curl -4' }],
      },
      identity: { machineId: 'ffff' },
      judgement: { judge: 3 },
    });
    const { markup } = compareBody(a, b, { base: '' });
    const told = [...markup.matchAll(/<th scope="row">([^<]*)<\/th>/g)].map(([, what]) => what);
    expect(told).toEqual(['Condition', 'Machine', 'Command', 'Check hash', 'Judge']);
    expect(compareBody(a, a, { base: '' }).markup).toContain(
      'Machine, condition, command, check and judge are the same.',
    );
  });
  it('[E17] shows the lines of the outputs that differ, each with its mark', () => {
    const b = other({
      output: [stdout('curl', 'one\n2\nthree\n'), { step: 'curl', stream: 'stderr', bytes: bytes('oh\n') }],
    });
    const { markup } = compareBody(a, b, { base: '' });
    const lines = [...markup.matchAll(/class="line"[^>]*>([^<]*)\n/g)].map(([, text]) => text);
    expect(lines).toEqual(['  one', '− two', '+ 2', '  three', '+ oh']);
  });
  it('[E17] a row that only one record has is said, not left out', () => {
    const { markup } = compareBody(mixedSet(), recordOf(mixedSet().runs.slice(1)), { base: '' });
    expect(markup).toContain('this record does not have the row');
    expect(markup).toContain('1 of 5 rows differs.');
  });
  it('[E17] two single runs of unlike checks are one row: the same claim from another role', () => {
    const { markup } = compareBody(
      a,
      other({
        header: { check: 'remote-ok', documented: '200 OK', title: 'From .19' },
        judgement: { observed: '200 OK' },
      }),
      { base: '' },
    );
    expect(markup.match(/class="compared-row"/g)).toHaveLength(1);
    expect(markup).toContain('Documented for A');
    expect(markup).toContain('Documented for B');
  });
  it('[E18] says first that the sources are different', () => {
    const { markup } = compareBody(a, other({ header: { source: 'live', condition: '' } }), { base: '' });
    expect(markup).toContain('ran in different places (lab, stand-in machines; live, real machines)');
  });
  it('[E17] against the documents, what the page says now counts', () => {
    const same = compareBody(a, 'documented', { base: '' }).markup;
    expect(same).toContain('No result differs');
    const now = compareBody(a, 'documented', {
      base: '',
      documented: new Map([['local-refused', 'exit 28, timed out']]),
    }).markup;
    expect(now).toContain('1 of 1 row differs.');
    expect(now).toContain(visible('exit <ins>7</ins>'));
  });
  it('[E19] outputs with nothing in common end in a bounded answer', () => {
    const lines = (word: string) => Array.from({ length: 20_000 }, (_, n) => `${word} ${n}`).join('\n');
    const started = performance.now();
    const { markup } = compareBody(
      recordOf([runOf({ output: [stdout('curl', lines('a'))], keepBytes: 1e6 })]),
      other({ output: [stdout('curl', lines('b'))], keepBytes: 1e6 }),
      { base: '' },
    );
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(markup.length).toBeLessThan(300_000);
    expect(markup).toMatch(/differ in more than 1,000 lines; from line 1 on/);
  });
});
