/** Lights the packet's way by what was taken last, and tells every segment in words. What proves what is left to the core, the drawing to `PacketPath.astro`. */
import { newestRuns, observationsOf, sameRuns } from '../client/observations.ts';
import type { Ended } from '../client/state.ts';
import { condition, PROVENANCE } from '../client/words.ts';
import { newestSource } from '../core/diagnosis-facts.ts';
import { type PacketPath, packetPath, type SegmentFinding } from '../core/packet-path.ts';
import { STATE_WORD } from '../core/packet-path-segments.ts';
import { node, words } from './dom.ts';
import { Woken } from './element.ts';
import { rowsAround } from './lab-page.ts';

class VPacketPath extends Woken {
  protected wake(signal: AbortSignal): void {
    const figure = this.querySelector<HTMLElement>('.packet-path');
    const from = this.querySelector('.path-from');
    if (figure === null || from === null) return;
    const rows = rowsAround(this);
    const titles = new Map(rows.map(({ id, title }) => [id, title]));
    let drawn: readonly Ended[] = [];
    this.session(signal, ({ state }) => {
      const runs = newestRuns(state, rows);
      if (runs.length === 0 || sameRuns(runs, drawn)) return;
      drawn = runs;
      const { kept, leftOut } = newestSource(observationsOf(runs, rows));
      const [first] = kept;
      if (first === undefined) return;
      const where = first.condition === '' ? '' : `, in the condition ${condition(first.condition)}`;
      const rest =
        leftOut.length === 0 ? '' : ` ${leftOut.length} older results from elsewhere are left out.`;
      figure.dataset.provenance = first.provenance;
      const what = first.provenance === 'recording' ? 'What recordings show' : 'What was taken last shows';
      from.textContent = `${what} (${kept.length} ${kept.length === 1 ? 'check' : 'checks'}, ${PROVENANCE[first.provenance]}${where}).${rest}`;
      this.light(packetPath(kept), titles);
    });
  }

  private light(path: PacketPath, titles: ReadonlyMap<string, string>): void {
    if (path.kind === 'refused') return;
    for (const finding of path.findings) {
      for (const place of this.querySelectorAll<HTMLElement | SVGElement>(
        `[data-segment="${finding.segment}"]`,
      ))
        place.dataset.state = finding.state;
      const line = this.querySelector(`li[data-segment="${finding.segment}"]`);
      line?.querySelector('.path-state')?.replaceChildren(STATE_WORD[finding.state]);
      line?.querySelector('.path-why')?.replaceChildren(...why(finding, titles));
    }
  }
}

function why({ say, checks }: SegmentFinding, titles: ReadonlyMap<string, string>): (Node | string)[] {
  return [
    ...words(say),
    ...checks.flatMap((check) => [' ', node('a', { href: `#${check}` }, titles.get(check) ?? check)]),
  ];
}

customElements.define('v-packet-path', VPacketPath);
