/** A server of two writeups with a lab each: every page sees the machines and the condition of its own. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadContent, type LoadedWriteup } from '../content/load.ts';
import { type Fleets, openFleets } from './fleets.ts';
import { until } from '../lab/testing.ts';
import { routedLab } from '../lab/testing-routed.ts';
import { createSlots } from '../runs/slots.ts';

const parent = mkdtempSync('/tmp/vf-');
const { XDG_RUNTIME_DIR: before } = process.env;
let fleets: Fleets;

beforeAll(async () => {
  process.env['XDG_RUNTIME_DIR'] = parent;
  const writeups = await loadContent(fileURLToPath(new URL('../../content', import.meta.url)));
  const [like] = writeups;
  if (like === undefined) throw new Error('expected a writeup, found none');
  const routed: LoadedWriteup = { ...like, id: 'routed', lab: await routedLab(join(parent, 'content')) };
  const { lab: _, ...withoutLab } = like;
  const bare: LoadedWriteup = { ...withoutLab, id: 'bare' };
  mkdirSync(join(parent, 'passing'));
  fleets = openFleets({
    ...{ writeups: [...writeups, routed, bare], choice: { kind: 'lab' }, directory: join(parent, 'passing') },
    ...{ log: () => {}, refused: () => {}, changed: () => {}, ready: () => {} },
    ...{ credentials: { kind: 'documented' }, nameOf: () => 'Reader 1' },
    slots: createSlots(6, (then) => void setTimeout(then, 0)),
    ...{ now: () => performance.now(), date: () => new Date() },
  });
  await until(
    'all labs are up',
    () => [...fleets.states().values()].every((state) => state === 'ready'),
    30_000,
  );
});
afterAll(async () => {
  await fleets.close();
  if (before === undefined) delete process.env['XDG_RUNTIME_DIR'];
  else process.env['XDG_RUNTIME_DIR'] = before;
  rmSync(parent, { recursive: true });
});

const rolesOn = (writeup: string): readonly string[] | undefined =>
  fleets.open(writeup)?.fleet.machines.map(({ role }) => role);
const conditionOf = (writeup: string): string => {
  const view = fleets.view(writeup);
  return view.state === 'ready' ? view.condition : view.state;
};

test('the checks of a writeup run in its lab, or in the one that it names', () => {
  expect(rolesOn('routed')).toEqual(['client', 'router', 'server']);
  expect(rolesOn('wsl2-mirrored-networking')).toEqual(['manager', 'backend', 'frontend']);
  expect(fleets.open('what-ss-proves')).toBe(fleets.open('wsl2-mirrored-networking'));
});

test('the state of every lab is known, and a writeup without a lab counts for nothing', () => {
  expect([...fleets.states().keys()]).toContain('routed');
  expect([...fleets.states().values()].every((state) => state === 'ready')).toBe(true);
  expect([...fleets.states().keys()]).not.toContain('bare');
});

test('a writeup without a lab has no machines, and says so', () => {
  expect(fleets.view('bare')).toEqual({
    state: 'none',
    message: expect.stringContaining('This writeup has no lab'),
  });
  expect(fleets.open('bare')).toBeUndefined();
});

test('a condition is that of one lab, and unknown in the other', async () => {
  expect(await fleets.conditions('routed').apply('a', 'closed')).toEqual({ ok: true });
  expect([conditionOf('routed'), conditionOf('what-ss-proves')]).toEqual(['closed', 'as-documented']);
  expect(await fleets.conditions('what-ss-proves').apply('b', 'closed')).toMatchObject({ ok: false });
  expect(fleets.stateNames).toEqual(expect.arrayContaining(['closed', 'healthy']));
});

test('both go down with the server', async () => {
  await fleets.close();
  expect(readdirSync(parent).sort()).toEqual(['content', 'passing']);
});
