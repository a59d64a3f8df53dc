/** A signed bundle comes out of the server and verifies; a ready change is only offered where a run calls for it. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { putRun, putSet } from '../store/testing.ts';
import { recordsServer, type RecordsServer } from './records.testing.ts';

let server: RecordsServer;
let run = '';
let set = '';
beforeAll(async () => {
  server = await recordsServer();
  run = await putRun(server.store, { day: 5 });
  set = await putSet(server.store, 6, [run]);
});
afterAll(() => server.close());

it.each(['run', 'set'])(
  'the bundle of a %s verifies offline, and the record is asked for, not kept',
  async (kind) => {
    const id = kind === 'run' ? run : set;
    const answer = await server.get(`/runs/${id}.bundle.tar.gz`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="evidence-${id}.tar.gz"`);
    const folder = join(server.directory, `bundle-${kind}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'b.tar.gz'), Buffer.from(await answer.arrayBuffer()));
    expect(spawnSync('tar', ['-xzf', 'b.tar.gz'], { cwd: folder }).status).toBe(0);
    const { status, stdout } = spawnSync('sh', [join(folder, `evidence-${id}`, 'verify.sh')], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('Whole: 5 files') });
    expect((await server.store.keeping.asked('')).map((asked) => asked.id)).toContain(id);
    expect(await server.store.keeping.list()).toEqual([]);
  },
);

it('a ready change of an unknown check, or of one that never ran, is a sentence with a way on', async () => {
  const unknown = await server.get('/changes/w/nothing');
  expect([unknown.status, await unknown.text()]).toEqual([404, expect.stringContaining('knows no check')]);
  const notRun = await server.get('/changes/w/d');
  expect([notRun.status, await notRun.text()]).toEqual([404, expect.stringContaining('href="/w/#d"')]);
  expect((await server.get('/changes/../../etc')).status).toBe(404);
});
