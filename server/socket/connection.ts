/** One connected page: what it watches, follows and starts. The socket beneath it is left to `socket.ts`. */
import { randomUUID } from 'node:crypto';
import type { Notice } from '../../src/core/run/notice.ts';
import type { Rights } from '../../src/core/protocol/rights.ts';
import type { Viewer } from '../../src/core/protocol/viewer.ts';
import type { Down, FleetView } from '../../src/core/protocol/down.ts';
import type { Up } from '../../src/core/protocol/up.ts';
import { internalError, never } from '../../src/core/vocabulary.ts';
import type { LoadedWriteup } from '../content/load.ts';
import type { Answer, Conditions } from '../target/conditions.ts';
import type { RunRegistry, OpenFleet } from '../runs/runRegistry.ts';
import type { SetMaker } from '../runs/sets.ts';
import type { BatchWriter } from '../runs/logReader.ts';
import { type Principal, viewerOf } from '../identity/principal.ts';
import type { Grants } from '../auth/grants.ts';
import type { Presence } from './presence.ts';
import type { Clicks } from './requestIds.ts';
import { createFollowing } from './subscriptions.ts';
import type { Readers } from './readerNames.ts';
import { createRunRequests } from './runRequests.ts';
import { messageOf } from './summaryMessage.ts';
import type { RunStore } from '../store/store.ts';

/** What one page has asked for and what is not done yet: a condition waits for all runs before it. */
const maxUnsettled = 8;
const tooManyAsked = `Busy: this page waits for ${maxUnsettled} answers already. Try again when some of them have come.`;

export type PageOptions = {
  readonly principal: Principal;
  readonly permits: Grants;
  readonly boot: string;
  readonly hub: RunRegistry;
  readonly store: RunStore;
  readonly writeups: ReadonlyMap<string, LoadedWriteup>;
  /** Of the fleet on which that writeup's checks run. */
  readonly fleetView: (writeup: string) => FleetView;
  readonly fleet: (writeup: string) => OpenFleet | undefined;
  readonly conditions: (writeup: string) => Conditions;
  readonly readers: Readers;
  readonly audience: Presence;
  readonly clicks: Clicks;
  readonly sets: SetMaker;
  /** What the history says about a writeup itself. */
  readonly notices: (writeup: LoadedWriteup) => readonly Notice[];
  readonly now: () => number;
  readonly log: (error: unknown) => void;
  readonly send: (message: Down) => void;
  /** For the bytes of the runs that it follows. */
  readonly outlet: BatchWriter;
  /** Ends the connection: the page broke the protocol. */
  readonly refuse: (message: string) => void;
};

export type Page = {
  heard(message: Up): void;
  fleetChanged(): void;
  /** What its reader may do, looked at just now. */
  rights(now: Rights): void;
  /** How many runs it follows. */
  followed(): number;
  close(): void;
};

export function createPage({
  principal,
  permits,
  boot,
  hub,
  store,
  writeups,
  fleetView,
  fleet,
  conditions,
  readers,
  audience,
  clicks,
  sets,
  notices,
  log,
  send: sendPlain,
  outlet,
  refuse,
}: PageOptions): Page {
  const rights = permits.page(principal, sendPlain);
  const { send } = rights;
  const following = createFollowing({ hub, store, send, outlet, refuse, log });
  let watched: LoadedWriteup | undefined;
  let reader: string | undefined;
  let comesBack = false;
  let leave: (() => void) | undefined;
  let closed = false;
  let told: Viewer | undefined;
  let unsettled = 0;
  const stop = hub.listen({
    summary: (writeup, summary) => {
      if (writeup === watched?.id) send(messageOf(summary));
    },
    grown: following.grown,
  });

  const requests = createRunRequests({ hub, store, fleetView, fleet, audience, clicks, sets, rights });

  const settle = (key: string, work: (reader: string) => Answer | Promise<Answer>) => {
    if (reader === undefined) return refuse('watch a writeup first');
    if (unsettled >= maxUnsettled) return send({ type: 'refused', key, message: tooManyAsked });
    const answered = (answer: Answer) =>
      send(answer.ok ? { type: 'done', key } : { type: 'refused', key, message: answer.message });
    const answer = work(reader);
    if (!(answer instanceof Promise)) return answered(answer);
    unsettled += 1;
    void answer
      .catch((error: unknown): Answer => {
        log(error);
        return { ok: false, message: internalError };
      })
      .then(answered)
      .finally(() => {
        unsettled -= 1;
      });
  };
  /** Whoever changes the lab sees what has come of it before it is said to be done. */
  const settleLab = (key: string, work: (lab: Conditions, reader: string) => Answer | Promise<Answer>) => {
    const { id } = watched ?? {};
    if (id === undefined) return refuse('watch a writeup first');
    return settle(key, async (who) => {
      const answer = await work(conditions(id), who);
      send({ type: 'fleet', fleet: fleetView(id) });
      return answer;
    });
  };

  return {
    heard(message) {
      if (!rights.lets(message, watched)) return;
      switch (message.type) {
        case 'watch': {
          watched = writeups.get(message.writeup);
          if (!watched) return refuse('this server knows no such writeup');
          if (reader === undefined) {
            // Who is known by name is told apart by it: nobody else's key makes them another.
            comesBack = message.reader !== undefined;
            reader = `${principal.id}/${message.reader ?? randomUUID()}`;
            readers.came(reader, principal.name);
          }
          leave?.();
          leave = audience.join(watched.id, reader, send);
          told = viewerOf(principal);
          const checkHashes = Object.fromEntries([...watched.checks].map(([id, { hash }]) => [id, hash]));
          return send({
            type: 'welcome',
            boot,
            you: readers.nameOf(reader),
            viewer: told,
            fleet: fleetView(watched.id),
            latest: [...store.latest(watched.id)],
            active: [...hub.active(watched.id)],
            checkHashes,
            here: [...audience.here(watched.id)],
            presenting: audience.presenting(watched.id),
            set: store.sets.newest(watched.id) ?? null,
            notices: [...notices(watched)],
          });
        }
        case 'run':
          if (!watched || reader === undefined) return refuse('watch a writeup first');
          return requests.run(watched, { reader, name: readers.nameOf(reader) }, message);
        case 'cancel':
          // Whoever only follows looks on.
          if (!watched) return refuse('watch a writeup first');
          hub.cancel(message.run);
          return;
        case 'follow':
          return following.follow(message);
        case 'unfollow':
          return following.unfollow(message.run);
        case 'condition':
          return settleLab(message.key, (lab, who) => lab.apply(who, message.cause, message.remedy));
        case 'release':
          return settleLab(message.key, (lab, who) => lab.release(who));
        case 'ask':
          return settleLab(message.key, (lab, who) => lab.ask(who));
        case 'present': {
          const { id } = watched ?? {};
          if (id === undefined) return refuse('watch a writeup first');
          return settle(message.key, (who) => audience.present(id, who, message.at));
        }
        case 'freeze':
          if (!watched || reader === undefined) return refuse('watch a writeup first');
          return requests.freeze(watched, { reader, name: readers.nameOf(reader) }, message);
        default:
          return never(message);
      }
    },
    // The welcome comes first, whatever happens before the page has said what it watches.
    fleetChanged: () => watched && send({ type: 'fleet', fleet: fleetView(watched.id) }),
    rights(now) {
      // Before the first welcome there is nothing to correct.
      if (told === undefined || isSame(told.rights, now)) return;
      told = viewerOf(principal);
      send({ type: 'standing', viewer: told });
    },
    followed: following.count,
    close() {
      if (closed) return;
      closed = true;
      stop();
      leave?.();
      following.close();
      if (reader === undefined || !readers.went(reader)) return;
      for (const id of writeups.keys()) conditions(id).left(reader);
      if (!comesBack) readers.forget(reader);
    },
  };
}

const isSame = (told: Viewer['rights'], now: Rights): boolean =>
  told.length === now.size && told.every((right) => now.has(right));
