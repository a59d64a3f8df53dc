/** A lab with installed gates, and sessions that a captured server would start there, for tests of the gate. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeupsIn } from '../content/labs.ts';
import { type LoadedWriteup, loadContent } from '../content/load.ts';
import type { Lab } from '../lab/lab.ts';
import { startTestLab, testLab } from '../lab/testing-lab.ts';
import { testPlace, until } from '../lab/testing.ts';
import type { Transport } from '../agent/contract.ts';
import { sshTransport } from '../ssh/ssh.ts';
import { sshConfig } from '../ssh/sshConfig.ts';
import { gatesFor } from './gates.ts';

export type GatedLab = {
  readonly lab: Lab;
  readonly transport: Transport;
  readonly writeups: readonly LoadedWriteup[];
  /** A configuration of ssh for whoever holds the site's key. */
  readonly config: string;
  readonly parent: string;
  close(): Promise<void>;
};

export async function gatedLab(): Promise<GatedLab> {
  const place = testPlace();
  const { parent } = place;
  const content = await loadContent(fileURLToPath(new URL('../../content', import.meta.url)));
  const writeups = writeupsIn(content, testLab);
  const lab = await startTestLab({ directory: place.directory, log: () => {}, gates: gatesFor(writeups) });
  const transport = sshTransport(lab.fleet, { directory: join(parent, 's'), log: () => {} });
  const config = join(parent, 'attacker');
  writeFileSync(
    config,
    sshConfig(lab.fleet, () => 'none'),
  );
  return {
    ...{ lab, transport, writeups, config, parent },
    async close() {
      await transport.close();
      await lab.stop();
      place.remove();
    },
  };
}

export type Sessions = {
  /** How many were let in; the others were told why not. */
  readonly greeted: number;
  /** All of them and their connection, without a word. */
  kill(): Promise<void>;
};

/** Agents and masters in turn, one after the other: two that come at once for the last place may both give way. */
export async function openSessions(config: string, controlPath: string, count: number): Promise<Sessions> {
  const ssh = ['-F', config, '-o', `ControlPath=${controlPath}`];
  const master = spawn('ssh', [...ssh, '-o', 'ControlMaster=yes', 'backend', 'vantage-master'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(master.stdout, 'data');
  const sessions: { readonly child: ChildProcess; readonly closed: Promise<unknown>; said: string }[] = [];
  const saying = (text: string) => sessions.filter(({ said }) => said.includes(text)).length;
  const greeted = () => saying('vantage-agent 2 wsl20') + saying('vantage-master\n');
  while (sessions.length < count) {
    const word = sessions.length % 2 === 0 ? 'vantage-agent' : 'vantage-master';
    const child = spawn('ssh', [...ssh, 'backend', word], { stdio: 'pipe' });
    const session = { child, said: '', closed: once(child, 'close') };
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        session.said += text;
      });
    sessions.push(session);
    await until(
      'it was let in or refused',
      () => greeted() + saying('at work here already') === sessions.length,
      20_000,
    );
  }
  return {
    greeted: greeted(),
    async kill() {
      for (const { child } of sessions) child.kill('SIGKILL');
      master.kill('SIGKILL');
      await Promise.all(sessions.map(({ closed }) => closed));
    },
  };
}
