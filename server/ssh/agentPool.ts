/**
 * The way to one machine over ssh: one shared connection, and some agents that wait warm on it.
 * A failing machine is tried again ever more slowly, but an `open` always tries at once, except when the machine refused our login.
 */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import type { Machine } from '../fleet/fleet.ts';
import type { Link } from '../agent/channel.ts';
import { type Channel, TransportError } from '../agent/contract.ts';
import { handshake, type HandshakeFailure } from '../agent/handshake.ts';
import { becomeMaster, type Master } from './master.ts';
import { AGENT_COMMAND, AGENT_NAME } from '../agent/program.ts';
import type { SshPlace } from './sshClients.ts';
import { lastWords } from './sshProblem.ts';

/** An older one may sit on a connection that is dead without knowing. */
const STALE_MS = 60_000;
/** Not at once: starting an agent would take the processor from the command that was just ordered. */
const REFILL_MS = 250;
/** How long the end of the shared connection may take to be noticed after a session over it failed. */
const NOTICE_MS = 200;
const RETRY_MS = { first: 1000, most: 30_000 };
/** sshd from 9.8 on adds up 5 s for each refused login and, from 15 s on, answers our address no more (PerSourcePenalties). */
const REFUSED_MS = 30_000;

/** sshd starts the installed gate whatever is asked for; this is the word that it hears. */
const GATED_COMMAND = AGENT_NAME;

export type Line = {
  readonly open: (signal: AbortSignal) => Promise<Channel>;
  readonly warm: () => void;
  /** Stops refilling and gives up what waits; the children are ended by the place. */
  readonly close: () => void;
};

type Waiting = { readonly channel: Channel; readonly child: ChildProcess; readonly stale: NodeJS.Timeout };

export type LineOptions = {
  readonly machine: Machine;
  readonly place: SshPlace;
  readonly warm: number;
  readonly explain: (silence: HandshakeFailure, log: string) => TransportError;
  readonly log: (line: string) => void;
};

/** Nothing is connected before `warm` or `open`. */
export function machineLine({ machine, place, warm, explain, log }: LineOptions): Line {
  const closing = new AbortController();
  let master: Promise<Master> | undefined;
  let waiting: Waiting[] = [];
  let filling = 0;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  let refused: TransportError | undefined;

  /** Everybody who asks within that time gets the answer that the first one got. */
  const holdBack = ({ problem, message }: TransportError): void => {
    refused = new TransportError(problem, `${message} It is asked again after ${REFUSED_MS / 1000} s.`);
    setTimeout(() => {
      refused = undefined;
    }, REFUSED_MS).unref();
  };

  const connected = (): Promise<Master> => {
    if (master !== undefined) return master;
    if (refused !== undefined) return Promise.reject(refused);
    const client = place.master(machine);
    const mine = becomeMaster(client, (silence) => {
      const error = explain(silence, client.log());
      if (error.problem === 'refused-login') holdBack(error);
      return refused ?? error;
    });
    const forget = (): void => {
      if (master === mine) master = undefined;
    };
    mine.then(({ ended }) => ended.then(forget), forget);
    master = mine;
    return mine;
  };

  const start = async (over: Master, signal: AbortSignal): Promise<Omit<Waiting, 'stale'>> => {
    over.trim();
    const client = place.session(machine, machine.gate ? GATED_COMMAND : AGENT_COMMAND);
    const link: Link = {
      role: machine.name,
      child: client.child,
      lastWords: () => lastWords(client.log()),
    };
    const channel = await handshake(link, over.hostKey, signal, (silence) => explain(silence, client.log()));
    return { channel, child: client.child };
  };

  const fresh = async (signal: AbortSignal): Promise<Omit<Waiting, 'stale'>> => {
    const over = await unlessGivenUp(connected(), signal);
    try {
      return await start(over, signal);
    } catch (error) {
      // The shared connection may have died unnoticed; then a new one has the last word.
      if (signal.aborted || !(await endsWithin(over, NOTICE_MS))) throw error;
      return start(await unlessGivenUp(connected(), signal), signal);
    }
  };

  const unlessGivenUp = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
    const { promise: result, resolve, reject } = Promise.withResolvers<T>();
    const giveUp = (): void => reject(explain({ why: 'given-up', printed: '', noise: '' }, ''));
    if (signal.aborted) giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
    return result;
  };

  const drop = (one: Waiting): void => {
    clearTimeout(one.stale);
    waiting = waiting.filter((other) => other !== one);
  };

  const keep = ({ channel, child }: Omit<Waiting, 'stale'>): void => {
    const throwAway = (): void => {
      if (!waiting.includes(one)) return;
      drop(one);
      channel.close();
      refill(REFILL_MS);
    };
    const one: Waiting = { channel, child, stale: setTimeout(throwAway, STALE_MS).unref() };
    waiting.push(one);
    child.once('close', throwAway);
  };

  const fill = async (): Promise<void> => {
    filling += 1;
    try {
      const made = await fresh(closing.signal);
      if (failures > 0) log(`${machine.name} can be reached again.`);
      failures = 0;
      if (closing.signal.aborted) made.channel.close();
      else keep(made);
    } catch (error) {
      if (closing.signal.aborted) return;
      if (failures === 0) log(error instanceof Error ? error.message : String(error));
      failures += 1;
      refill(Math.min(RETRY_MS.first * 2 ** (failures - 1), RETRY_MS.most));
    } finally {
      filling -= 1;
    }
  };

  const refill = (ms: number): void => {
    if (timer !== undefined || closing.signal.aborted) return;
    timer = setTimeout(() => {
      timer = undefined;
      // While the machine fails, one attempt at a time finds out when it is back.
      const wanted = failures > 0 ? Math.min(1, warm) : warm;
      for (let missing = wanted - waiting.length - filling; missing > 0; missing -= 1) void fill();
    }, ms).unref();
  };

  return {
    open(signal) {
      const both = AbortSignal.any([signal, closing.signal]);
      const one = both.aborted ? undefined : waiting.find(({ child }) => living(child));
      refill(REFILL_MS);
      if (one === undefined) return fresh(both).then(({ channel }) => channel);
      drop(one);
      return Promise.resolve(one.channel);
    },
    warm: () => refill(0),
    close() {
      closing.abort();
      clearTimeout(timer);
      for (const one of waiting) {
        drop(one);
        one.channel.close();
      }
    },
  };
}

const endsWithin = (master: Master, ms: number): Promise<boolean> =>
  Promise.race([master.ended.then(() => true), pause(ms, false, { ref: false })]);

/** A child that has exited is still among the waiting until its pipes are read to their end. */
const living = (child: ChildProcess): boolean => child.exitCode === null && child.signalCode === null;
