/** Every check of every writeup, taken over real ssh from the lab as it is documented. How rows turn is left to `faults.lab.test.ts`. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Summary } from '../../src/core/protocol/down.ts';
import { limitationStatus } from '../../src/core/run/limitation.ts';
import { pinnedKeys } from '../ssh/knownHosts.ts';
import { openStore } from '../store/store.ts';
import { noAudit } from '../audit/audit.ts';
import { systemPrincipal } from '../identity/principal.ts';
import { createRunRegistry } from './runRegistry.ts';
import { createSlots } from './slots.ts';
import { onceStep } from '../../src/core/testing.ts';
import { type LabFixture, checkOf, startLabFixture, type RunResult, runOnce } from './testing.ts';

let setup: LabFixture;
beforeAll(async () => {
  setup = await startLabFixture();
});
afterAll(() => setup.close());

/** What the stand-in backend's tokens look like: 36 random bytes as base64url. */
const token = /[A-Za-z0-9_-]{43,}/;

async function everyCheckOnce(): Promise<ReadonlyMap<string, RunResult>> {
  const takes = new Map<string, RunResult>();
  for (const { checks } of setup.writeups)
    for (const [id, { check }] of checks) takes.set(id, await runOnce(setup, check));
  return takes;
}

describe('in the lab as documented', () => {
  it('every check agrees, word for word', async () => {
    const takes = await everyCheckOnce();
    expect(takes.size).toBeGreaterThanOrEqual(17);
    const said = [...takes].map(([id, { judgement }]) => ({
      id,
      verdict: judgement.verdict,
      observed: judgement.observed,
      problem: judgement.problem?.message,
    }));
    expect(said).toEqual(
      [...takes.keys()].map((id) => ({
        id,
        verdict: 'agrees',
        observed: setup.check(id).documented.value,
        problem: undefined,
      })),
    );
  });
  it('both deciding rows say that the limitation reproduces', async () => {
    const deciding =
      setup.writeups.find(({ writeup }) => writeup.limitation)?.writeup.limitation?.checks ?? [];
    expect(deciding.length).toBeGreaterThan(0);
    const rows = await Promise.all(
      deciding.map(async (id) => ({
        check: id,
        judgement: (await runOnce(setup, setup.check(id))).judgement,
        condition: '',
        endedAt: new Date().toISOString(),
        source: setup.fleet.source,
      })),
    );
    expect(limitationStatus(deciding, rows)).toMatchObject({ status: 'reproduces', source: 'lab' });
  });
  it('each step says who answered: the machine of that name, with the pinned key', async () => {
    const known = readFileSync(setup.fleet.knownHosts, 'utf8');
    const hosts = { manager: 'vm19', backend: 'wsl20', frontend: 'vm21' };
    for (const id of ['ss-listen', 'curl-from-manager', 'frontend-to-backend']) {
      const { told } = await runOnce(setup, setup.check(id));
      const started = told.flatMap((body) => (body.kind === 'step-started' ? [body] : []));
      expect(started.length).toBe(setup.check(id).steps.length);
      for (const { machine, identity } of started) {
        const inFleet = setup.fleet.machines.find(({ name }) => name === machine);
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
    const { bytes, told, judgement } = await runOnce(setup, setup.check(id));
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
    expect((await setup.lab.exec('manager', login)).stdout).toMatch(token);
  });
});

describe('Run all', () => {
  it('runs every check at once through the registry, and all agree', async () => {
    const directory = mkdtempSync('/tmp/vr-');
    const store = openStore(join(directory, 'data'));
    const errors: unknown[] = [];
    const registry = createRunRegistry({
      ...{
        store,
        audit: noAudit,
        slots: createSlots(6),
        commit: '',
        now: () => performance.now(),
        date: () => new Date(),
      },
      log: (error) => void errors.push(error),
    });
    const open = {
      fleet: setup.fleet,
      transport: setup.transport,
      credentials: { kind: 'documented' } as const,
      condition: async () => (await setup.lab.status()).condition,
    };
    const ended = new Map<string, Summary>();
    const all = setup.writeups.flatMap((writeup) =>
      [...writeup.checks.values()].map((check) => ({ writeup, check })),
    );
    await new Promise<void>((resolve) => {
      registry.listen({
        summary(_, summary) {
          if (summary.state !== 'ended') return;
          ended.set(summary.check, summary);
          if (ended.size === all.length) resolve();
        },
      });
      for (const { writeup, check } of all)
        registry.run(writeup, check, open, { name: 'test', principal: systemPrincipal });
    });
    await registry.close(1000);
    store.close();
    rmSync(directory, { recursive: true, force: true });
    expect(errors).toEqual([]);
    const unlike = [...ended.values()].filter(
      (summary) =>
        summary.state !== 'ended' ||
        summary.judgement.verdict !== 'agrees' ||
        summary.condition !== 'as-documented' ||
        summary.source !== 'lab',
    );
    expect(unlike).toEqual([]);
  });
});

describe('[T26] while a step holds a secret', () => {
  const shell = (line: string) => setup.lab.exec('backend', ['/bin/sh', '-c', line], { asRoot: true });
  /** Processes of the machine that have it in their command line or environment. The search itself reads it from a file. */
  const scan = 'grep -laFf /tmp/token /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null';
  const here = (secret: string) =>
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((pid) => ['cmdline', 'environ'].map((file) => `/proc/${pid}/${file}`))
      .filter((path) => {
        try {
          return readFileSync(path).includes(secret);
        } catch {
          return false; // Ended meanwhile.
        }
      });

  it('no process has it in its command line or environment, on the machine or beside the server', async () => {
    await shell('head -c 24 /dev/urandom | base64 >/tmp/token; chmod 644 /tmp/token');
    const secret = (await shell('cat /tmp/token')).stdout.trim();
    expect(secret).toHaveLength(32);
    const check = checkOf(
      'true',
      {},
      {
        steps: [
          onceStep('only', `printf '{"token":"%s"}' "$(cat /tmp/token)"`, { extracts: { token: 'token' } }),
          onceStep('holds', 'IFS= read -r line; echo "$line"; until [ -e /tmp/go ]; do sleep 0.05; done', {
            ...{ input: 'Bearer {token}', limits: { seconds: 60, bytes: 65_536 } },
          }),
        ],
      },
    );
    const found: string[] = [];
    let looking: Promise<void> | undefined;
    let control = '';
    const look = async () => {
      found.push((await shell(scan)).stdout, ...here(secret));
      // The search is one that finds.
      control = (
        await shell(
          `tail -f /dev/null "$(cat /tmp/token)" >/dev/null 2>&1 & until ${scan} | grep -qx "/proc/$!/cmdline"; do :; done; echo found; kill $!`,
        )
      ).stdout;
    };
    const { judgement, bytes } = await runOnce(setup, check, {
      on: (body) => {
        if (body.kind === 'output' && body.step === 'holds')
          looking ??= look().finally(() => shell('touch /tmp/go'));
      },
    });
    await looking;
    await shell('rm -f /tmp/go /tmp/token');
    expect({ found: found.filter((one) => one !== ''), control }).toEqual({ found: [], control: 'found\n' });
    const own = spawn('sh', ['-c', 'read -r line', secret]);
    expect(here(secret)).toContain(`/proc/${own.pid}/cmdline`);
    own.stdin.end();
    expect(bytes().toString()).toContain('Bearer ‹token›');
    expect(judgement.verdict).toBe('agrees');
  });
});
