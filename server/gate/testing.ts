/** Sessions that a captured server would start, for tests of the gate: as many as are asked for, over one connection, and held open. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from '../lab/testing.ts';

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
  const greeted = () => saying('vantage-agent 1 wsl20') + saying('vantage-master\n');
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
