/** The server's side of one page's socket: what it watches, follows and starts. */
import { randomUUID } from 'node:crypto';
import type { Rights, Viewer } from '../../src/core/protocol/rights.ts';
import type { Down, Summary } from '../../src/core/protocol/down.ts';
import type { Up } from '../../src/core/protocol/up.ts';
import { internalError, never } from '../../src/core/vocabulary.ts';
import type { AuditAction } from '../audit/auditLine.ts';
import { describeRequest, targetOf } from '../auth/grants.ts';
import type { LoadedWriteup } from '../content/load.ts';
import type { Answer, Conditions } from '../target/conditions.ts';
import { viewerOf } from '../identity/principal.ts';
import { createSubscriptions } from './subscriptions.ts';
import type { ConnectionDeps, ConnectionOptions, Keyed, Requester } from './connectionDeps.ts';
import { createRunRequests } from './runRequests.ts';

/** Requests of one page without an answer: a condition waits for all runs before it. */
const maxUnanswered = 8;
const tooManyRequests = `Busy: this page waits for ${maxUnanswered} answers already. Try again when some of them have come.`;

export type Connection = ReturnType<typeof createConnection>;

type Watching = { readonly writeup: LoadedWriteup; readonly requester: Requester };

export function createConnection(deps: ConnectionDeps, options: ConnectionOptions) {
  const { registry, store, writeups, fleets, readers, presence } = deps;
  const { principal, writer, rejectMessage } = options;
  const { send } = writer;
  const subscriptions = createSubscriptions(deps, writer, rejectMessage);
  let reader: string | undefined;
  let watched: LoadedWriteup | undefined;
  let comesBack = false;
  let leave: (() => void) | undefined;
  let isClosed = false;
  let sentViewer: Viewer | undefined;
  let unanswered = 0;
  const sendSummary = (writeup: string, summary: Summary) => {
    if (writeup === watched?.id) send(summaryMessage(summary));
  };
  let onSummary = sendSummary;
  const stopListening = registry.listen({
    summary: (writeup, summary) => onSummary(writeup, summary),
    grown: subscriptions.onGrown,
  });

  const audit = (action: AuditAction, target: string, outcome: string) =>
    deps.audit.write({ principal, action, target, outcome });
  const refuse = (request: Keyed, message: string) => {
    audit('refused-command', describeRequest(request), message);
    send({ type: 'refused', key: request.key, message });
  };
  const requests = createRunRequests(deps, { ...options, audit, refuse });

  const leaveAs = (own: string) => {
    if (!readers.remove(own)) return;
    for (const id of writeups.keys()) fleets.conditions(id).onReaderLeft(own);
    if (!comesBack) readers.forget(own);
  };
  const watch = async (id: string, key: string | undefined) => {
    const writeup = writeups.get(id);
    watched = undefined;
    if (writeup === undefined) return rejectMessage('unknown writeup');
    if (reader === undefined) {
      // The identity is part of the key, so nobody can use another person's.
      const own = `${principal.id}/${key ?? randomUUID()}`;
      comesBack = key !== undefined;
      await readers.add(own, principal.name);
      if (isClosed) return leaveAs(own);
      reader = own;
    }
    // Runs that change while the store is asked are told after the welcome.
    const changed: Summary[] = [];
    onSummary = (of, summary) => void (of === id && changed.push(summary));
    const [latest, newest, notices] = await Promise.all([
      store.latest(id),
      store.sets.newest(id),
      deps.notices(writeup),
    ]);
    if (isClosed) return;
    watched = writeup;
    onSummary = sendSummary;
    leave?.();
    leave = presence.join(id, reader, send);
    sentViewer = viewerOf(principal);
    send({
      type: 'welcome',
      boot: deps.boot,
      you: readers.nameOf(reader),
      viewer: sentViewer,
      fleet: fleets.view(id),
      latest: [...latest],
      active: [...registry.active(id)],
      checkHashes: Object.fromEntries([...writeup.checks].map(([check, { hash }]) => [check, hash])),
      here: [...presence.readers(id)],
      presenting: presence.presenting(id),
      set: newest ?? null,
      notices: [...notices],
      overview: deps.overviewOf(id, [...latest, ...changed]),
    });
    for (const summary of changed) send(summaryMessage(summary));
  };
  const ifWatching = (work: (page: Watching) => void | Promise<void>) => {
    if (watched === undefined || reader === undefined) return rejectMessage('watch a writeup first');
    return work({ writeup: watched, requester: { reader, name: readers.nameOf(reader), principal } });
  };
  const answer = (request: Keyed, result: Answer) => {
    if (!result.ok) return refuse(request, result.message);
    if (request.type !== 'present') audit('condition', targetOf(request), 'done');
    send({ type: 'done', key: request.key });
  };
  const ifNotBusy = (request: Keyed, work: () => void) =>
    unanswered < maxUnanswered ? work() : refuse(request, tooManyRequests);
  /** The page gets the lab's new state before the answer. */
  const changeLab = (request: Keyed, work: (lab: Conditions, reader: string) => Answer | Promise<Answer>) =>
    ifWatching(({ writeup: { id }, requester }) =>
      ifNotBusy(request, () => {
        unanswered += 1;
        const working = async () => work(fleets.conditions(id), requester.reader);
        void working()
          .then((result) => {
            send({ type: 'fleet', fleet: fleets.view(id) });
            return result;
          })
          .catch((error: unknown): Answer => {
            deps.log(error);
            return { ok: false, message: internalError };
          })
          .then((result) => answer(request, result))
          .finally(() => {
            unanswered -= 1;
          });
      }),
    );

  const onAllowed = (message: Up): void | Promise<void> => {
    switch (message.type) {
      case 'watch':
        return watch(message.writeup, message.reader);
      case 'run':
        return ifWatching(({ writeup, requester }) => requests.run(writeup, requester, message));
      case 'cancel':
        return ifWatching(() => void registry.cancel(message.run));
      case 'follow':
        return subscriptions.follow(message);
      case 'unfollow':
        return subscriptions.unfollow(message.run);
      case 'condition':
        return changeLab(message, (lab, who) => lab.apply(who, message.cause, message.remedy));
      case 'release':
        return changeLab(message, (lab, who) => lab.release(who));
      case 'ask':
        return changeLab(message, (lab, who) => lab.ask(who));
      case 'present':
        // The next message waits, so that the last one is shown in the end.
        return ifWatching(async ({ writeup, requester }) =>
          answer(message, await presence.present(writeup.id, requester.reader, message.at)),
        );
      case 'save':
        return ifWatching(({ writeup, requester }) => requests.save(writeup, requester, message));
      default:
        return never(message);
    }
  };

  return {
    /** The next message waits until this one is done. */
    onMessage(message: Up): void | Promise<void> {
      principal.touch();
      const refusal = deps.auth.grants.refusalOf(principal, message, watched);
      if (refusal === undefined) {
        if (message.type === 'cancel') audit('cancel', message.run, 'asked');
        return onAllowed(message);
      }
      // Readers without rights cannot probe which runs exist.
      if (message.type === 'follow')
        return send({ type: 'unknown-run', run: message.run, message: 'This run is not known here.' });
      const key = 'key' in message ? message.key : targetOf(message);
      send({ type: 'refused', key, message: refusal });
    },
    // The welcome always comes first.
    onFleetChanged: () => watched && send({ type: 'fleet', fleet: fleets.view(watched.id) }),
    /** The reader's rights at the last check. */
    onRightsChecked(rights: Rights) {
      if (sentViewer === undefined || isSame(sentViewer.rights, rights)) return;
      sentViewer = viewerOf(principal);
      send({ type: 'standing', viewer: sentViewer });
    },
    followed: subscriptions.count,
    close() {
      if (isClosed) return;
      isClosed = true;
      stopListening();
      leave?.();
      subscriptions.close();
      if (reader !== undefined) leaveAs(reader);
    },
  };
}

const isSame = (sent: Viewer['rights'], rights: Rights): boolean =>
  sent.length === rights.size && sent.every((right) => rights.has(right));

/** One object for all pages, so that it is serialized once. */
const summaryMessages = new WeakMap<Summary, Down>();
function summaryMessage(summary: Summary): Down {
  const message = summaryMessages.get(summary) ?? { type: 'summary', summary };
  summaryMessages.set(summary, message);
  return message;
}
