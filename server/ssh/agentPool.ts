/** The agents of one machine over one shared ssh connection; some wait ahead of need. A failing machine is retried ever more slowly, but `open` tries at once unless the login was refused. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Machine } from '../fleet/fleet.ts';
import type { AgentProcess } from '../agent/channel.ts';
import type { Channel, TransportError } from '../agent/contract.ts';
import { handshake, type HandshakeFailure } from '../agent/handshake.ts';
import type { Logins } from './logins.ts';
import { openMaster, type Master } from './master.ts';
import { AGENT_COMMAND, AGENT_NAME } from '../agent/program.ts';
import type { SshClients } from './sshClients.ts';
import { lastLine } from './sshProblem.ts';

/** The connection of an older one may be dead unnoticed. */
const STALE_MS = 60_000;
/** Not at once, and not while commands run on the machine: starting agents would compete with them. */
const REFILL_MS = 250;
/** Beyond the warm ones: as many as steps can be at work on a machine. */
const PREPARED_LIMIT = 6;
/** How long the end of the shared connection may take to be noticed after a session over it failed. */
const NOTICE_MS = 200;
const RETRY_MS = { first: 1000, most: 30_000 };

/** sshd starts the installed gate whatever is requested; this is the word that the gate gets. */
const GATED_COMMAND = AGENT_NAME;

export type AgentPool = ReturnType<typeof createAgentPool>;

type Agent = { readonly channel: Channel; readonly child: ChildProcess };
type IdleAgent = Agent & { readonly stale: NodeJS.Timeout; readonly discard: () => void };

export type AgentPoolOptions = {
  readonly machine: Machine;
  readonly clients: SshClients;
  readonly logins: Logins;
  readonly warm: number;
  readonly explain: (failure: HandshakeFailure, log: string) => TransportError;
  readonly log: (line: string) => void;
};

/** Nothing is connected before `warm` or `open`. */
export function createAgentPool({ machine, clients, logins, warm, explain, log }: AgentPoolOptions) {
  const closing = new AbortController();
  let master: Promise<Master> | undefined;
  let idle: IdleAgent[] = [];
  let filling = 0;
  const busy = new Set<ChildProcess>();
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;

  const connect = (): Promise<Master> => {
    if (master !== undefined) return master;
    const mine = logins(machine, () => {
      const client = clients.master(machine);
      return openMaster(client, (failure) => explain(failure, client.log()));
    });
    const forget = (): void => {
      if (master === mine) master = undefined;
    };
    mine.then(({ ended }) => ended.then(forget), forget);
    master = mine;
    return mine;
  };

  const startAgent = async (over: Master, signal: AbortSignal): Promise<Agent> => {
    over.trim();
    const client = clients.session(machine, machine.gate ? GATED_COMMAND : AGENT_COMMAND);
    const link: AgentProcess = {
      role: machine.name,
      child: client.child,
      lastMessage: () => lastLine(client.log()),
    };
    const { child } = client;
    const why = (failure: HandshakeFailure) => explain(failure, client.log());
    const channel = await handshake(link, over.hostKey, signal, why, (next) =>
      rest({ channel: next, child }),
    );
    child.once('close', () => busy.delete(child) && topUp(REFILL_MS));
    return { channel, child };
  };

  const openAgent = async (signal: AbortSignal): Promise<Agent> => {
    const over = await abortable(connect(), signal);
    try {
      return await startAgent(over, signal);
    } catch (error) {
      // The shared connection may have died unnoticed; then a new one decides.
      if (signal.aborted || !(await endsWithin(over, NOTICE_MS))) throw error;
      return startAgent(await abortable(connect(), signal), signal);
    }
  };

  const abortable = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
    const { promise: result, resolve, reject } = Promise.withResolvers<T>();
    const onAbort = (): void => reject(explain({ why: 'aborted', stdoutHead: '', stderrTail: '' }, ''));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
    return result;
  };

  const removeIdle = (one: IdleAgent): void => {
    clearTimeout(one.stale);
    one.child.off('close', one.discard);
    idle = idle.filter((other) => other !== one);
  };

  const addIdle = ({ channel, child }: Agent): void => {
    const discard = (): void => {
      if (!idle.includes(one)) return;
      removeIdle(one);
      channel.close();
      topUp(REFILL_MS);
    };
    const one: IdleAgent = { channel, child, discard, stale: setTimeout(discard, STALE_MS).unref() };
    idle.push(one);
    child.once('close', discard);
  };

  const atWork = ({ channel, child }: Agent): Channel => {
    busy.add(child);
    return channel;
  };

  /** An agent is ready for its next command. */
  const rest = (one: Agent): void => {
    busy.delete(one.child);
    if (closing.signal.aborted || idle.length >= warm + PREPARED_LIMIT) one.channel.close();
    else addIdle(one);
    topUp(REFILL_MS);
  };

  const addAgent = async (): Promise<void> => {
    filling += 1;
    try {
      const made = await openAgent(closing.signal);
      if (failures > 0) log(`${machine.name} can be reached again.`);
      failures = 0;
      if (closing.signal.aborted) made.channel.close();
      else addIdle(made);
    } catch (error) {
      if (closing.signal.aborted) return;
      if (failures === 0) log(error instanceof Error ? error.message : String(error));
      failures += 1;
      topUp(Math.min(RETRY_MS.first * 2 ** (failures - 1), RETRY_MS.most));
    } finally {
      filling -= 1;
    }
  };

  const topUp = (ms: number): void => {
    if (timer !== undefined || closing.signal.aborted) return;
    timer = setTimeout(() => {
      timer = undefined;
      if (busy.size > 0) return;
      // While the machine fails, one attempt at a time finds out when it is back.
      const wanted = failures > 0 ? Math.min(1, warm) : warm;
      for (let missing = wanted - idle.length - filling; missing > 0; missing -= 1) void addAgent();
    }, ms).unref();
  };

  return {
    open(signal: AbortSignal): Promise<Channel> {
      const both = AbortSignal.any([signal, closing.signal]);
      const one = both.aborted ? undefined : idle.find(({ child }) => isAlive(child));
      if (one === undefined) return openAgent(both).then(atWork);
      removeIdle(one);
      return Promise.resolve(atWork(one));
    },
    warm: () => topUp(0),
    /** One that waits, at once, if there is none. */
    prepare() {
      if (failures === 0 && idle.length + filling === 0) void addAgent();
    },
    /** Stops adding agents and closes the waiting ones; `SshClients` ends the children. */
    close() {
      closing.abort();
      clearTimeout(timer);
      for (const one of idle) {
        removeIdle(one);
        one.channel.close();
      }
    },
  };
}

const endsWithin = (master: Master, ms: number): Promise<boolean> =>
  Promise.race([master.ended.then(() => true), pause(ms, false, { ref: false })]);

/** A child that has exited stays in the list until its pipes are read to the end. */
const isAlive = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;
