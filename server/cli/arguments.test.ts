// What is typed: checks and vantages are found or corrected, options are read, and every mistake gets a sentence.
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadContent, type LoadedWriteup } from '../content/load.ts';
import { nearest, suggestion } from '../../src/core/text/nearest.ts';
import {
  count,
  durationMs,
  flag,
  type Option,
  readOptions,
  recordId,
  text,
  word,
} from './command/options.ts';
import { openTarget, targetChoice } from './command/openTarget.ts';
import { selectChecks, type CheckSelection } from './command/selectChecks.ts';
import { verbNames, verbOf } from './verbs.ts';

let writeups: readonly LoadedWriteup[];
beforeAll(async () => {
  writeups = await loadContent(fileURLToPath(new URL('../../content', import.meta.url)));
});

describe('choosing checks', () => {
  const choose = (selection: Partial<CheckSelection>) =>
    selectChecks(writeups, { checks: [], from: [], writeup: undefined, all: false, ...selection }).map(
      ({ loaded }) => loaded.check.id,
    );
  const all = () => writeups.flatMap(({ checks }) => [...checks.keys()]);

  test('by id, each once, in the order of the writeup', () => {
    expect(choose({ checks: ['ss-listen', 'health-check', 'ss-listen'] })).toEqual([
      'health-check',
      'ss-listen',
    ]);
    expect(choose({ checks: ['wsl2-mirrored-networking/login'] })).toEqual(['login']);
  });
  test('all of them, or those of a writeup', () => {
    expect(choose({ all: true })).toEqual(all());
    const one = writeups.find(({ id }) => id === 'what-ss-proves');
    expect(choose({ writeup: 'what-ss-proves' })).toEqual([...(one?.checks.keys() ?? [])]);
  });
  test('those with a step on a vantage, whatever it is called', () => {
    const byRole = choose({ from: ['manager'] });
    expect(byRole).toContain('curl-from-manager');
    expect(byRole).not.toContain('self-loopback');
    expect(choose({ from: ['.19'] })).toEqual(byRole);
    expect(choose({ from: ['172.16.168.19'] })).toEqual(byRole);
    expect(choose({ checks: ['self-loopback', 'curl-from-manager'], from: ['.19'] })).toEqual([
      'curl-from-manager',
    ]);
  });
  test('what does not exist is named, with what is nearest', () => {
    expect(() => choose({ checks: ['self-lopback'] })).toThrow(
      'There is no check "self-lopback". Did you mean self-loopback?',
    );
    expect(() => choose({ from: ['bakend'] })).toThrow('no role "bakend". Did you mean backend?');
    expect(() => choose({ writeup: 'wsl3' })).toThrow(
      `There is no writeup "wsl3". There are: ${writeups.map(({ id }) => id).join(', ')}.`,
    );
    expect(() => choose({ checks: ['ss-listen'], from: ['.19'] })).toThrow('None of these checks');
  });
  test('nothing at all, or names and all of them, is refused', () => {
    expect(() => choose({})).toThrow('--all');
    expect(() => choose({ checks: ['login'], all: true })).toThrow('not both');
  });
});

test('the nearest names come first, and far ones do not come', () => {
  const known = ['self-loopback', 'self-own-address', 'ss-listen'];
  expect(nearest('self-loopbakc', known)).toEqual(['self-loopback']);
  expect(nearest('self', known)).toEqual(['self-loopback', 'self-own-address']);
  expect(nearest('xyz', known)).toEqual([]);
  expect(suggestion('xyz', known)).toBe('There are: self-loopback, self-own-address, ss-listen.');
});

describe('options', () => {
  const read = (...args: string[]) =>
    readOptions(args, 'usage: …', { all: flag('all'), format: text('FORMAT', 'format') });
  const value = <T>(option: Option<T>, given: string) =>
    readOptions([`--one=${given}`], '', { one: option }).values.one;
  test('an unknown one is named with the nearest, a value that is missing is asked for', () => {
    expect(() => read('--fromat', 'md')).toThrow('There is no option --fromat. Did you mean --format?');
    expect(() => read('--fromat=md')).toThrow('There is no option --fromat. Did you mean --format?');
    expect(() => read('--format')).toThrow(/--format.*argument missing/);
  });
  test('words, numbers and times are read or refused with an example', () => {
    expect(value(word(['text', 'md'], ''), 'md')).toBe('md');
    expect(() => value(word(['text', 'md'], ''), 'pdf')).toThrow('one of text, md; found "pdf"');
    expect(value(durationMs(''), '5m')).toBe(300_000);
    for (const bad of ['5', '0s', '8d', '-1m', '5 m', '1.5h', '99999999s'])
      expect(() => value(durationMs(''), bad)).toThrow('like 30s, 5m or 2h');
    expect(value(count(''), '3')).toBe(3);
    for (const bad of ['0', '-1', '1e3', '']) expect(() => value(count(''), bad)).toThrow('a whole number');
  });
  test('an id that is none never gets near a path', async () => {
    expect(recordId('01ARZ3NDEKTSV4RRFFQ69G5FAV')).toBe('01ARZ3NDEKTSV4RRFFQ69G5FAV');
    for (const bad of ['../../etc/passwd', '01arz3ndektsv4rrffq69g5fav', 'x', ''])
      expect(() => recordId(bad)).toThrow('26 capital letters');
    await expect((await verbOf('report')).run([], undefined as never)).rejects.toThrow('/runs/ID');
  });
  test('a condition is never asked of real machines, and has to be one that there is', async () => {
    const chosen = (options: Partial<Parameters<typeof targetChoice>[0]>) =>
      targetChoice({
        fleet: [],
        roles: [],
        credentials: undefined,
        identity: undefined,
        condition: undefined,
        lab: undefined,
        ...options,
      });
    expect(() => chosen({ fleet: ['inventory.yml'], condition: 'healthy' })).toThrow(
      'nothing is ever changed on real machines',
    );
    const choice = chosen({ condition: 'helthy' });
    const { signal } = new AbortController();
    const asked = (asking: readonly LoadedWriteup[]) =>
      openTarget(choice, { writeups, asking, directory: '/nowhere', log: () => {}, signal });
    await expect(asked(writeups.filter(({ id }) => id === 'what-ss-proves'))).rejects.toThrow(
      'found condition "helthy"',
    );
    await expect(asked(writeups)).rejects.toThrow('expected checks of one lab');
    expect(() => chosen({ fleet: ['lab', 'inventory.yml'] })).toThrow('exclude each other');
    expect(() => chosen({ roles: ['backend=vm20'] })).toThrow('--roles belongs to an inventory');
    expect(chosen({ fleet: ['lab'] })).toMatchObject({ kind: 'lab' });
  });
});

test('every verb says how it is used, by its own name, and an unknown one is corrected', async () => {
  for (const verb of verbNames) {
    const { name, usage, about } = await verbOf(verb);
    expect(name).toBe(verb);
    expect(usage).toMatch(new RegExp(`^usage: vantage (lab|${name})\\b`));
    expect(about.length).toBeGreaterThan(10);
  }
  await expect(verbOf('reprot')).rejects.toThrow('There is no verb "reprot". Did you mean report?');
});
