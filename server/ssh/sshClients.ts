/** Starts ssh clients for a fleet: the generated configuration, the control sockets, and a log for each client. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fleet, Machine } from '../fleet/fleet.ts';
import { endProcess } from '../agent/channel.ts';
import { sshConfig } from './sshConfig.ts';

/** A Unix socket's path holds 107 bytes, and ssh appends 17 while it makes one. */
const DIRECTORY_LIMIT_BYTES = 80;
const LOG_LIMIT_BYTES = 1024 * 1024;

export type SshClients = ReturnType<typeof sshClients>;
export type SshClient = ReturnType<SshClients['session']>;

/** Prints a word when it is ready, then waits for the end of its input: it dies with this process. */
const MASTER_COMMAND = `exec sh -c 'echo vantage-master; exec cat >/dev/null'`;

const GATED_MASTER_COMMAND = 'vantage-master';

/** Writes the configuration into `directory`, which is made private. Throws when the fleet cannot be written as one. */
export function sshClients(fleet: Fleet, directory: string) {
  if (Buffer.byteLength(directory) > DIRECTORY_LIMIT_BYTES) {
    throw new Error(
      `The directory for ssh's control sockets must have at most ${DIRECTORY_LIMIT_BYTES} bytes in its name, but ${directory} is longer. Choose a shorter one.`,
    );
  }
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
  const number = new Map(fleet.machines.map(({ name }, i) => [name, i]));
  const control = (name: string): string => join(directory, `c${process.pid}.${number.get(name)}`);
  const config = join(directory, `config${process.pid}`);
  writeFileSync(config, sshConfig(fleet, control), { mode: 0o600 });
  const { PATH = '/usr/bin:/bin', HOME = '/' } = process.env;
  const children = new Set<ChildProcessWithoutNullStreams>();
  let count = 0;

  const start = (options: readonly string[], machine: Machine, command: string) => {
    count += 1;
    const file = join(directory, `log${process.pid}.${count}`);
    const argv = ['-F', config, '-E', file, ...options, '-T', '--', machine.name, command];
    const child = spawn('ssh', argv, { env: { PATH, HOME }, cwd: '/', stdio: 'pipe' });
    children.add(child);
    let finalLog: string | undefined;
    /** The messages of ssh itself, never mixed with the streams of a command. */
    const read = (): string => finalLog ?? readLog(file);
    child.once('close', () => {
      children.delete(child);
      finalLog = read();
      rmSync(file, { force: true });
    });
    /** Limits the log of a long-lived client. */
    const trim = (): void => {
      if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) truncateSync(file);
    };
    return { child, log: read, trim };
  };

  return {
    /** The connection that the machine's sessions share. It lives until its input ends, at the latest with this process. */
    master(machine: Machine) {
      // ssh would use a socket that a killed master left behind.
      rmSync(control(machine.name), { force: true });
      // The debugging log is the only place where ssh says which host key it verified.
      return start(
        ['-o', 'ControlMaster=yes', '-o', 'LogLevel=DEBUG1'],
        machine,
        machine.gate ? GATED_MASTER_COMMAND : MASTER_COMMAND,
      );
    },
    /** A session over that connection, and over nothing else: without it ssh fails instead of connecting by itself. */
    session: (machine: Machine, command: string) => start(['-o', 'ProxyCommand=false'], machine, command),
    async close() {
      const ends = [...children].map(
        (child) => new Promise<void>((resolve) => child.once('close', () => resolve())),
      );
      for (const child of children) endProcess(child);
      await Promise.all(ends);
      for (const { name } of fleet.machines) rmSync(control(name), { force: true });
      rmSync(config, { force: true });
    },
  };
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
