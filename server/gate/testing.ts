/** Agents that a captured server would start, for tests of the gate: as many as are asked for, over one connection, and held open. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { until } from '../lab/testing.ts';

export type Agents = {
  /** How many were let in; the others were told why not. */
  readonly greeted: number;
  /** All of them and their connection, without a word. */
  kill(): Promise<void>;
};

/** One after the other: two that come at once for the last place may both give way. */
export async function openAgents(config: string, controlPath: string, count: number): Promise<Agents> {
  const ssh = ['-F', config, '-o', `ControlPath=${controlPath}`];
  const master = spawn('ssh', [...ssh, '-o', 'ControlMaster=yes', 'backend', 'vantage-master'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(master.stdout, 'data');
  const agents: { readonly child: ChildProcess; readonly closed: Promise<unknown>; said: string }[] = [];
  const saying = (text: string) => agents.filter(({ said }) => said.includes(text)).length;
  const greeted = () => saying('vantage-agent 1 wsl20');
  while (agents.length < count) {
    const child = spawn('ssh', [...ssh, 'backend', 'vantage-agent'], { stdio: 'pipe' });
    const agent = { child, said: '', closed: once(child, 'close') };
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        agent.said += text;
      });
    agents.push(agent);
    await until(
      'it was let in or refused',
      () => greeted() + saying('at work here already') === agents.length,
      20_000,
    );
  }
  return {
    greeted: greeted(),
    async kill() {
      for (const { child } of agents) child.kill('SIGKILL');
      master.kill('SIGKILL');
      await Promise.all(agents.map(({ closed }) => closed));
    },
  };
}
