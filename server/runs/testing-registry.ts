/** A run registry for tests: a real store on a disk that can fail, and local shells as machines. */
import type { EndedRun } from '../../src/core/protocol/down.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noAudit } from '../audit/audit.ts';
import { systemPrincipal } from '../identity/principal.ts';
import type { Check } from '../../src/core/check/check.ts';
import type { LoadedWriteup } from '../content/load.ts';
import type { Transport } from '../agent/contract.ts';
import { localTransport } from '../agent/local.ts';
import { type FileStore, openStore } from '../store/store.ts';
import { type TestDisk, testDisk } from '../store/testing-disk.ts';
import { createRunRegistry, type RunRegistry } from './runRegistry.ts';
import { createSlots } from './slots.ts';

export type TestRegistry = {
  readonly registry: RunRegistry;
  readonly store: FileStore;
  readonly disk: TestDisk;
  /** The data folder is `data` in it. */
  readonly directory: string;
  /** What the server would have logged. */
  readonly errors: readonly unknown[];
  run(check: string): string;
  /** Resolves with the summary that everybody is told at the end. */
  ended(run: string): Promise<EndedRun>;
  close(): Promise<void>;
};

export function testRunRegistry(
  checks: readonly Check[],
  {
    transport = localTransport(),
    date = () => new Date(),
    machines = ['backend'],
  }: { transport?: Transport; date?: () => Date; machines?: readonly string[] } = {},
): TestRegistry {
  const directory = mkdtempSync(join(tmpdir(), 'vantage-registry-'));
  const disk = testDisk();
  const store = openStore(join(directory, 'data'), disk);
  const errors: unknown[] = [];
  const ends = new Map<string, PromiseWithResolvers<EndedRun>>();
  const endOf = (run: string) => {
    const end = ends.get(run) ?? Promise.withResolvers<EndedRun>();
    ends.set(run, end);
    return end;
  };
  const now = () => performance.now();
  const log = (error: unknown) => void errors.push(error);
  const registry = createRunRegistry({
    store,
    slots: createSlots(6),
    audit: noAudit,
    commit: '',
    now,
    date,
    log,
  });
  registry.listen({
    summary: (_, summary) => summary.state === 'ended' && endOf(summary.run).resolve(summary),
  });
  const fleet = {
    ...{ name: 'test', source: 'lab' as const, knownHosts: '' },
    machines: machines.map((name) => ({
      ...{ name, role: name, address: '127.0.0.1', port: 22, user: 'me', keyFile: '' },
    })),
  };
  const condition = () => Promise.resolve('as-documented');
  const open = { fleet, transport, condition, credentials: { kind: 'documented' } as const };
  const loaded = new Map(checks.map((check) => [check.id, { check, hash: `hash-${check.id}`, file: '' }]));
  const writeup: LoadedWriteup = {
    ...{ id: 'w', file: '', checks: loaded },
    writeup: { title: '', description: '', order: 1, roles: [] },
  };
  return {
    ...{ registry, store, disk, directory, errors },
    run(id) {
      const check = loaded.get(id);
      if (!check) throw new Error(`expected the id of a check, found "${id}"`);
      const started = registry.run(writeup, check, open, { name: 'test', principal: systemPrincipal });
      if (started instanceof Promise) throw new Error('files answer at once');
      return started.run;
    },
    ended: (run) => endOf(run).promise,
    async close() {
      await registry.close(5000);
      await transport.close();
      store.close();
      rmSync(directory, { recursive: true });
    },
  };
}
