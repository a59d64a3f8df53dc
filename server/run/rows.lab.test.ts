/** Every check of every writeup, taken over real ssh from the lab as it is documented. How rows turn is left to `faults.lab.test.ts`. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/core/protocol/down.ts';
import { limitationStatus } from '../../src/core/limitation.ts';
import { pinnedKeys } from '../reach/knownHosts.ts';
import { openStore } from '../store/store.ts';
import { createHub } from './hub.ts';
import { createSlots } from './slots.ts';
import { type Bench, openBench, type Take, take } from './testing.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

/** What the stand-in backend's tokens look like: 36 random bytes as base64url. */
const token = /[A-Za-z0-9_-]{43,}/;

async function everyCheckOnce(): Promise<ReadonlyMap<string, Take>> {
  const takes = new Map<string, Take>();
  for (const { checks } of bench.writeups)
    for (const [id, { check }] of checks) takes.set(id, await take(bench, check));
  return takes;
}

describe('in the lab as documented', () => {
  it.each([1, 2, 3])('every check agrees, word for word, round %i', async () => {
    const takes = await everyCheckOnce();
    expect(takes.size).toBeGreaterThanOrEqual(17);
    const said = [...takes].map(([id, { judgement }]) => ({
      id,
      verdict: judgement.verdict,
      observed: judgement.observed,
      problem: judgement.problem?.say,
    }));
    expect(said).toEqual(
      [...takes.keys()].map((id) => ({
        id,
        verdict: 'agrees',
        observed: bench.check(id).documented.value,
        problem: undefined,
      })),
    );
  });
  it('both deciding rows say that the limitation reproduces', async () => {
    const deciding =
      bench.writeups.find(({ writeup }) => writeup.limitation)?.writeup.limitation?.checks ?? [];
    expect(deciding.length).toBeGreaterThan(0);
    const rows = await Promise.all(
      deciding.map(async (id) => ({
        check: id,
        judgement: (await take(bench, bench.check(id))).judgement,
        takenAt: new Date().toISOString(),
        provenance: bench.fleet.provenance,
      })),
    );
    expect(limitationStatus(deciding, rows)).toMatchObject({ status: 'reproduces', provenance: 'lab' });
  });
  it('each step says who answered: the machine of that name, with the pinned key', async () => {
    const known = readFileSync(bench.fleet.knownHosts, 'utf8');
    const hosts = { manager: 'vm19', backend: 'wsl20', frontend: 'vm21' };
    for (const id of ['ss-listen', 'curl-from-manager', 'frontend-to-backend']) {
      const { told } = await take(bench, bench.check(id));
      const started = told.flatMap((body) => (body.kind === 'step-started' ? [body] : []));
      expect(started.length).toBe(bench.check(id).steps.length);
      for (const { machine, identity } of started) {
        const inFleet = bench.fleet.machines.find(({ name }) => name === machine);
        expect(identity).toEqual({
          hostName: hosts[machine as keyof typeof hosts],
          machineId: inFleet?.machineId,
          kernel: expect.stringMatching(/^\d+\.\d+/),
          user: 'autobot',
          hostKey: expect.stringMatching(/^SHA256:/),
          gate: '',
        });
        expect(pinnedKeys(known, machine)).toContain(identity.hostKey);
      }
    }
  });
  it.each(['login', 'authenticated-endpoint'])('the token of %s is used and never told', async (id) => {
    const { bytes, told, judgement } = await take(bench, bench.check(id));
    expect(judgement.verdict).toBe('agrees');
    expect(bytes('login').toString()).toContain('‹token›');
    expect(bytes().toString()).not.toMatch(token);
    // Hashes of streams and the host key are long as well; a token would stand in the other events.
    const events = told.filter(
      ({ kind }) => kind !== 'output' && kind !== 'step-ended' && kind !== 'step-started',
    );
    expect(JSON.stringify(events)).not.toMatch(token);
    // What is looked for is what the backend really gives.
    const login = [
      'curl',
      '-sk',
      '-d',
      '{"username":"admin","password":"admin"}',
      'https://172.16.168.20:8443/api/auth/login',
    ];
    expect((await bench.lab.exec('manager', login)).stdout).toMatch(token);
  });
});

describe('Run all', () => {
  it.each([1, 2])('takes every check at once through the hub, and all agree, round %i', async () => {
    const directory = mkdtempSync('/tmp/vr-');
    const store = openStore(join(directory, 'data'));
    const errors: unknown[] = [];
    const hub = createHub({
      ...{ store, slots: createSlots(6), commit: '', now: () => performance.now(), date: () => new Date() },
      log: (error) => void errors.push(error),
    });
    const open = {
      fleet: bench.fleet,
      reach: bench.reach,
      credentials: { kind: 'documented' } as const,
      condition: async () => (await bench.lab.status()).condition,
    };
    const ended = new Map<string, Summary>();
    const all = bench.writeups.flatMap((writeup) =>
      [...writeup.checks.values()].map((check) => ({ writeup, check })),
    );
    await new Promise<void>((resolve) => {
      hub.listen({
        grown() {},
        summary(_, summary) {
          if (summary.state !== 'ended') return;
          ended.set(summary.check, summary);
          if (ended.size === all.length) resolve();
        },
      });
      for (const { writeup, check } of all) hub.run(writeup, check, open, 'test');
    });
    await hub.close(1000);
    store.close();
    rmSync(directory, { recursive: true, force: true });
    expect(errors).toEqual([]);
    const unlike = [...ended.values()].filter(
      (summary) =>
        summary.state !== 'ended' ||
        summary.judgement.verdict !== 'agrees' ||
        summary.condition !== 'as-documented' ||
        summary.provenance !== 'lab',
    );
    expect(unlike).toEqual([]);
  });
});
