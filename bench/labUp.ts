/** How long the lab takes to be there: from nothing until every machine's sshd and the service answer, and to be gone again. */
import { mkdtempSync, rmSync } from 'node:fs';
import { startTestLab } from '../server/lab/testing-lab.ts';
import { medianRow, type Row } from './report.ts';

export async function labUp(rounds: number): Promise<readonly Row[]> {
  const parent = mkdtempSync('/tmp/vb-');
  const up: number[] = [];
  const down: number[] = [];
  try {
    for (let turn = 0; turn < rounds; turn += 1) {
      const start = performance.now();
      const lab = await startTestLab({ directory: `${parent}/lab`, log: () => {} });
      const there = performance.now();
      await lab.stop();
      up.push((there - start) / 1000);
      down.push((performance.now() - there) / 1000);
    }
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
  return [medianRow('Lab up (must be under 10 s)', 's', up), medianRow('Lab down', 's', down)];
}
