/** Redraws each attempt of the matrix as its latest run came out, and tells the same in words. The lines themselves are in `Topology.astro`. */
import { newestRuns, observationsOf, sameRuns } from '../client/observations.ts';
import type { Session } from '../client/session.ts';
import { type Ended, isBusy, takenOf } from '../client/state.ts';
import { ago, condition, PROVENANCE, utc } from '../client/words.ts';
import { type PacketPath, packetPath, stateOf } from '../core/packet-path.ts';
import {
  drawingOf,
  type Ending,
  ENDING_WORD,
  machineState,
  type Trail,
  trailOf,
  type Way,
  WAY_WORD,
} from '../core/topology.ts';
import { node, time, words } from './dom.ts';
import { every, Woken } from './element.ts';
import { rowsAround } from './lab-page.ts';

const TICK_MS = 20_000;

type Facts = {
  attempts: { id: string; result: string; documented: Ending; way: Way; endings: Record<string, Ending> }[];
  machines: { role: string; checks: string[] }[];
};
type Attempt = Facts['attempts'][number];

class VTopology extends Woken {
  protected wake(signal: AbortSignal): void {
    const facts: Facts = JSON.parse(this.fact('facts'));
    const rows = rowsAround(this);
    const hashes = new Map(rows.map(({ id, hash }) => [id, hash]));
    const asPublished = new Map(
      facts.attempts.map(({ id }) => [id, [...(this.said(id)?.cloneNode(true).childNodes ?? [])]]),
    );
    const asBefore = this.querySelector('.topology-from')?.textContent ?? '';
    let drawn: readonly Ended[] = [];
    let busy = '';
    const draw = ({ state }: Session, anyway = false) => {
      const runs = newestRuns(state, rows);
      const nowBusy = facts.attempts.map(({ id }) => isBusy(takenOf(state, id))).join();
      if (!anyway && sameRuns(runs, drawn) && nowBusy === busy) return;
      drawn = runs;
      busy = nowBusy;
      const byCheck = new Map(runs.map((run) => [run.check, run]));
      for (const attempt of facts.attempts) {
        const run = byCheck.get(attempt.id);
        const near = runs.filter(
          (one) => one.provenance === run?.provenance && one.condition === run.condition,
        );
        const path = packetPath(attempt.way === 'unknown' ? [] : observationsOf(near, rows));
        const endings = run?.checkHash === hashes.get(attempt.id) ? attempt.endings : {};
        const trail = trailOf(run?.judgement, endings, path);
        const published = asPublished.get(attempt.id) ?? [];
        this.drawAttempt(
          attempt,
          trail,
          run,
          run === undefined ? published.map((one) => one.cloneNode(true)) : said(attempt, trail, run),
          isBusy(takenOf(state, attempt.id)),
        );
      }
      for (const { role, checks } of facts.machines)
        this.write(`[data-machine="${role}"]`, machineWord(checks.flatMap((id) => byCheck.get(id) ?? [])));
      const socket = byCheck.get('ss-listen')?.judgement;
      this.write(
        '[data-socket]',
        socketWord(socket?.verdict === 'inconclusive' ? undefined : socket?.observed),
      );
      const attempted = facts.attempts.flatMap(({ id }) => byCheck.get(id) ?? []);
      const loopback = byCheck.get(facts.attempts.find(({ way }) => way !== 'unknown')?.id ?? '');
      this.write(
        '[data-windows]',
        loopback === undefined ? undefined : windowsWord(pathNear(runs, loopback, rows)),
      );
      const from = this.querySelector('.topology-from');
      if (from !== null) from.textContent = fromWhere(attempted, facts.attempts.length) ?? asBefore;
    };
    const session = this.session(signal, draw);
    if (session) every(TICK_MS, signal, () => draw(session, true));
  }

  private said(id: string): HTMLElement | null {
    return this.querySelector<HTMLElement>(`li[data-check="${id}"] .attempt-said`);
  }

  /** Text of the picture that follows the runs; nothing brings the published text back. */
  private write(where: string, text: string | undefined): void {
    const place = this.querySelector<SVGElement>(where);
    if (place === null) return;
    place.dataset.published ??= place.textContent;
    place.textContent = text ?? place.dataset.published;
  }

  private drawAttempt(
    { id, documented, way }: Attempt,
    trail: Trail,
    run: Ended | undefined,
    saying: readonly (Node | string)[],
    busy: boolean,
  ): void {
    const drawing = drawingOf(trail, documented, way);
    const published = drawingOf({ at: 'documented' }, documented, way);
    const differs = trail.at === 'observed' && trail.differs;
    for (const place of this.querySelectorAll<HTMLElement | SVGElement>(`[data-check="${id}"]`)) {
      place.dataset.at = trail.at;
      place.dataset.ending = trail.at === 'observed' ? trail.ending : documented;
      place.toggleAttribute('data-differs', differs);
      place.toggleAttribute('data-busy', busy);
      if (run === undefined) delete place.dataset.provenance;
      else place.dataset.provenance = run.provenance;
    }
    for (const line of this.querySelectorAll<SVGElement>(`[data-check="${id}"] [data-drawing]`)) {
      line.toggleAttribute('data-shown', line.dataset.drawing === drawing);
      // What the page documents stays behind what came back, where the two differ.
      line.toggleAttribute(
        'data-ghost',
        line.dataset.drawing !== drawing && line.dataset.drawing === published && differs,
      );
    }
    this.said(id)?.replaceChildren(...saying);
    const item = this.querySelector<HTMLElement>(`li[data-check="${id}"]`);
    const label = `${item?.dataset.n ?? ''}: ${item?.textContent ?? ''}`;
    this.querySelector(`.attempt[data-check="${id}"]`)?.setAttribute(
      'aria-label',
      label.replaceAll(/\s+/g, ' ').trim(),
    );
  }
}

function said({ way, result }: Attempt, trail: Trail, run: Ended): (Node | string)[] {
  const { judgement, provenance, endedAt } = run;
  const word = trail.at === 'observed' ? ENDING_WORD[trail.ending] : 'inconclusive';
  const page =
    trail.at !== 'observed'
      ? (judgement.problem?.say ?? judgement.observed)
      : `${judgement.observed}: ${trail.differs ? `differs from this page, which documents “${result}”` : 'as documented'}.`;
  const seen = trail.at === 'observed' && way !== 'unknown' ? ` ${WAY_WORD[trail.way]}` : '';
  return [
    node('span', { class: 'attempt-word' }, provenance === 'recording' ? `recording: ${word}` : word),
    ' ',
    node('span', { class: 'attempt-more' }, ...words(`${page}${seen}`)),
    ' ',
    node(
      'span',
      { class: 'attempt-from' },
      `${PROVENANCE[provenance]}${run.condition === '' ? '' : `, condition ${condition(run.condition)}`}, `,
      time(endedAt, ago(endedAt, Date.now()), utc(endedAt)),
    ),
  ];
}

function pathNear(
  runs: readonly Ended[],
  run: Ended,
  rows: Parameters<typeof observationsOf>[1],
): PacketPath {
  const near = runs.filter((one) => one.provenance === run.provenance && one.condition === run.condition);
  return packetPath(observationsOf(near, rows));
}

function windowsWord(path: PacketPath): string {
  if (stateOf(path, 'windows') === 'ended') return 'refused the attempt';
  if (stateOf(path, 'sent-back') === 'seen') return 'sent it back';
  return stateOf(path, 'windows') === 'not-passed' ? 'nothing came here' : 'not known';
}

/** A machine whose recordings are shown is not there just now. */
function machineWord(runs: readonly Ended[]): string {
  const state = machineState(runs.map(({ judgement }) => judgement));
  return runs.some(({ provenance }) => provenance === 'recording') ? 'recorded' : state;
}

function socketWord(observed: string | undefined): string | undefined {
  if (observed === undefined) return undefined;
  const [, address] = /^LISTEN\s+\d+\s+\d+\s+(\S+)/.exec(observed) ?? [];
  if (address === undefined) return observed;
  // The box has room for so much.
  return address.length > 14 ? address : `${address} LISTEN`;
}

/** Where the whole picture comes from, if it comes from one place. */
function fromWhere(runs: readonly Ended[], of: number): string | undefined {
  const [first] = runs;
  if (first === undefined) return undefined;
  const many = runs.length === of ? `all ${of} attempts` : `${runs.length} of ${of} attempts`;
  const one = runs.every(
    ({ provenance, condition: name }) => provenance === first.provenance && name === first.condition,
  );
  if (!one) return `Drawn as taken last: ${many}, in different places or conditions. Each line says where.`;
  const where = first.condition === '' ? '' : `, in the condition ${condition(first.condition)}`;
  return `${first.provenance === 'recording' ? 'Drawn from recordings' : 'Drawn as taken last'}: ${many}, ${PROVENANCE[first.provenance]}${where}.`;
}

customElements.define('v-topology', VTopology);
