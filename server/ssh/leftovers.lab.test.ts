/** Nothing stays on a machine: whatever is killed or hangs, on either side, its command is gone within ten seconds, a root capture too. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Fleet } from '../fleet/fleet.ts';
import type { Lab } from '../lab/lab.ts';
import { family, killAtOnce, testPlace, until } from '../lab/testing.ts';
import { open, take } from '../agent/contract.suite.ts';
import type { Channel, Transport } from '../agent/contract.ts';
import { sshTransport } from './ssh.ts';
import { startTestLab } from '../lab/testing-lab.ts';

const place = testPlace();
let lab: Lab;
let count = 0;
const next = (): number => {
  count += 1;
  return count;
};
const freshDirectory = (): string => join(place.parent, `s${next()}`);
const reachOf = (fleet: Fleet): Transport =>
  sshTransport(fleet, { directory: freshDirectory(), warm: 1, log: () => {} });

beforeAll(async () => {
  lab = await startTestLab({ directory: place.directory, log: () => {} });
});
const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
afterAll(async () => {
  await lab.stop();
  place.remove();
});

/** What runs on the backend under exactly this command line. */
const running = async (line: string): Promise<number> => {
  const { stdout } = await lab.exec('backend', ['pgrep', '-c', '-f', '-x', line], { asRoot: true });
  return Number(stdout);
};

const CAPTURE = '/usr/bin/tcpdump --immediate-mode -s 256 -i lo -nn -l port 8443';
const captureOrder = {
  command: `sudo -n /usr/bin/timeout -s INT -k 1 9 ${CAPTURE}`,
  stop: `sudo -n /usr/bin/pkill -INT -f -x ${CAPTURE.replaceAll(' ', '.')}`,
  limits: { seconds: 60, bytes: 100_000 },
};

describe('nothing stays on the machine', () => {
  const onBackend = async (): Promise<Channel> => {
    const own = reachOf(lab.fleet);
    ends.push(() => own.close());
    return open(own, 'backend');
  };
  it('of a root capture that is stopped: it prints its summary and is complete', async () => {
    const channel = await onBackend();
    const { ended, stderr } = await take(
      channel,
      captureOrder,
      (_, errors) => /listening on lo.*\n$/.test(errors) && channel.stop(),
    );
    expect(ended).toMatchObject({ how: 'complete', exit: 0 });
    expect(stderr.toString()).toContain('0 packets dropped by kernel');
    expect(await running(CAPTURE)).toBe(0);
  });

  it('of a root capture that is cancelled', async () => {
    const channel = await onBackend();
    const { ended } = await take(
      channel,
      captureOrder,
      (_, errors) => errors.includes('listening') && channel.cancel(),
    );
    expect(ended.how).toBe('cancelled');
    expect(await running(CAPTURE)).toBe(0);
  });

  /** A server that can be killed: a process of its own that runs one command and says when it has begun. */
  const server = async (command: string, options: { stop?: string; begun: string }) => {
    const script = `
      import { sshTransport } from ${JSON.stringify(fileURLToPath(new URL('./ssh.ts', import.meta.url)))};
      const transport = sshTransport(${JSON.stringify(lab.fleet)}, { directory: ${JSON.stringify(freshDirectory())}, log() {} });
      const channel = await transport.open('backend', new AbortController().signal);
      transport.warm();
      const order = ${JSON.stringify({ ...captureOrder, command, ...(options.stop === undefined ? { stop: '' } : { stop: options.stop }) })};
      channel.run(order, (stream, bytes) => process.stdout.write(bytes)).then((ended) => console.log(JSON.stringify(ended)));
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await until('the command runs', () => said.includes(options.begun), 10_000);
    return { child, said: () => said };
  };
  const gone = (line: string, ms = 10_000): Promise<void> =>
    until(`${line} is gone`, async () => (await running(line)) === 0, ms);
  const sleeper = (): string => `sleep 77.${process.pid}${next()}`;

  it('after kill -9 of the server', async () => {
    const line = sleeper();
    const { child } = await server(`echo begun; exec ${line}`, { begun: 'begun' });
    const before = family(child.pid ?? 0);
    expect(await running(line)).toBe(1);
    child.kill('SIGKILL');
    await gone(line);
    await gone('.*vantage-(agent|run|master).*');
    await until('its ssh clients are gone', () => before.every((pid) => family(pid).length === 0));
  });

  it('after kill -9 of the server during a root capture', async () => {
    const { child } = await server(captureOrder.command, { stop: captureOrder.stop, begun: 'listening' });
    child.kill('SIGKILL');
    await gone(CAPTURE);
  });

  it('[R18] while the server hangs, and when it goes on it does not take the run for a complete one', async () => {
    const { child, said } = await server(captureOrder.command, {
      stop: captureOrder.stop,
      begun: 'listening',
    });
    child.kill('SIGSTOP');
    await gone(CAPTURE, 8900);
    child.kill('SIGCONT');
    await until('the run ends', () => said().includes('"how":'));
    expect(said()).toContain('"how":"lost"');
    child.kill('SIGKILL');
  });

  it('after kill -9 of its ssh clients, and the run says lost', async () => {
    const line = sleeper();
    const { child, said } = await server(`echo begun; exec ${line}`, { begun: 'begun' });
    for (const pid of family(child.pid ?? 0)) if (pid !== child.pid) killAtOnce(pid);
    await gone(line);
    await until('the run ends', () => said().includes('"how":"lost"'));
    child.kill('SIGKILL');
  });

  it('after kill -9 of the agent on the machine', async () => {
    const line = sleeper();
    const { child } = await server(`echo begun; exec ${line}`, { begun: 'begun' });
    await lab.exec('backend', ['pkill', '-KILL', '-f', 'vantage-agent export'], { asRoot: true });
    await gone(line);
    child.kill('SIGKILL');
  });
});
