/** The doctor on machines that lack something: a gate, a right, a tool; and on one where an earlier run left a process. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoadedWriteup } from '../content/load.ts';
import type { Lab } from '../lab/lab.ts';
import { testPlace } from '../lab/testing.ts';
import { found, kinds, of, visit, writeups } from './testing.ts';
import { startTestLab } from '../lab/testing-lab.ts';

const place = testPlace();
afterAll(() => place.remove());

describe('a lab without a gate and without rights', () => {
  let lab: Lab;
  beforeAll(async () => {
    lab = await startTestLab({
      directory: place.directory,
      log: () => {},
      rootCommands: [['/usr/bin/true']],
    });
  });
  afterAll(() => lab.stop());
  /** The checks, in which every step of the backend needs one tool more. */
  const needing = (tool: string): readonly LoadedWriteup[] =>
    writeups.map((writeup) => ({
      ...writeup,
      checks: new Map(
        [...writeup.checks].map(([id, loaded]) => {
          const steps = loaded.check.steps.map((step) =>
            step.role === 'backend' ? { ...step, needs: [...step.needs, tool] } : step,
          );
          return [id, { ...loaded, check: { ...loaded.check, steps } }];
        }),
      ),
    }));

  it('says that no gate is there, which right and which tool is missing, each with the command that mends it', async () => {
    const report = await visit(place.parent, lab.fleet, { writeups: needing('no-such-tool') });
    const findings = of(report, 'backend');
    expect(kinds(findings).filter((kind) => !kind.startsWith('ok'))).toEqual([
      'warn gate-missing',
      'fail tool-missing',
      'fail root-refused',
    ]);
    expect(found(findings, 'tool-missing')).toMatchObject({
      message: expect.stringContaining('not installed: no-such-tool'),
      remedy: 'sudo apt-get install -y no-such-tool',
    });
    expect(found(findings, 'root-refused')).toMatchObject({
      message: expect.stringContaining('/usr/bin/tcpdump --immediate-mode -s 256 -i lo -nn -l port 8443'),
      remedy: expect.stringMatching(/^printf '%s\\n' 'autobot ALL=\(root\) NOPASSWD: .* visudo -cf /),
    });
    expect(kinds(of(report, 'manager'))).toContain('ok tools-there');
  });

  it('says what an earlier run left behind', async () => {
    const leave = 'VANTAGE_RUN=4194303 setsid sleep 300 >/dev/null 2>&1 </dev/null & echo $!';
    expect((await lab.exec('backend', ['sh', '-c', leave])).exit).toBe(0);
    const finding = found(of(await visit(place.parent, lab.fleet), 'backend'), 'left-over');
    expect(finding.message).toMatch(/processes of runs that are over: \d+ \(sleep 300\)/);
  });
});
