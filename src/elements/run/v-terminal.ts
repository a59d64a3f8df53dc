/** One step on a screen: its command, its output in a terminal, and the same output as plain text. */
import { createPlainText } from '../../client/view/plainText.ts';
import { KEPT_BYTES_PER_STEP } from '../../client/state/fillLog.ts';
import type { RunLog } from '../../client/state/runLog.ts';
import { size } from '../../client/state/format.ts';
import { stepProgress } from '../../core/report/facts.ts';
import { footFacts } from '../../core/report/html/recordParts.ts';
import { stepFacts } from '../../core/report/metadata.ts';
import { createUnseen, unseenSentence } from '../../core/text/invisibleText.ts';
import { copyOnClick } from '../base/clipboard.ts';
import { draw, node } from '../base/dom.ts';
import { LiveElement } from '../base/LiveElement.ts';

import type { Screen } from './terminal.ts';

const TEXT_CHARACTERS = 256 * 1024;

export type Shown = {
  readonly log: RunLog;
  readonly step: string;
  readonly role: string;
  readonly command: string;
};

/** What was drawn: of which list of chunks how many, and the state of the decoders. */
const nothingDrawn = () => ({
  from: undefined as unknown,
  count: 0,
  characters: 0,
  plain: { stdout: createPlainText(), stderr: createPlainText() },
  unseen: { stdout: createUnseen(), stderr: createUnseen() },
});

export class VTerminal extends LiveElement {
  #shown: Shown | undefined;
  #screen: Screen | undefined;
  #box = node('div', { class: 'terminal-box' });
  #text = node('pre', { class: 'twin', tabindex: '0' });
  #foot = node('p', { class: 'screen-foot' });
  #before = node('p', { class: 'screen-before', hidden: '' });
  #drawn = nothingDrawn();
  #sign = node('p', { class: 'screen-sign warn', hidden: '' });

  /** Must be called before the element enters the page. */
  show(shown: Shown): this {
    this.#shown = shown;
    return this;
  }

  protected connect(signal: AbortSignal): void {
    const shown = this.#shown;
    if (shown === undefined) return;
    const label = `Output of step ${shown.step} on ${shown.role}`;
    this.#text.setAttribute('aria-label', label);
    this.#text.setAttribute('role', 'group');
    const as = node('button', { type: 'button', class: 'quiet', 'aria-pressed': 'false' }, 'As text');
    as.addEventListener(
      'click',
      () => {
        const text = this.dataset.as !== 'text';
        this.dataset.as = text ? 'text' : 'screen';
        as.setAttribute('aria-pressed', String(text));
      },
      { signal },
    );
    const copy = node('button', { type: 'button', class: 'quiet' }, 'Copy');
    const text = () => {
      const left = this.#before.hidden ? '' : `[${this.#before.textContent ?? ''}]\n`;
      return `$ ${shown.command}\n${left}${this.#text.textContent ?? ''}`;
    };
    copyOnClick(copy, text, this.#text, signal);
    this.className = 'screen';
    this.replaceChildren(
      node(
        'div',
        { class: 'screen-head' },
        node(
          'p',
          { class: 'screen-line' },
          node('span', { class: 'prompt' }, `${shown.role}$ `),
          shown.command,
        ),
        as,
        copy,
      ),
      this.#sign,
      this.#before,
      node('div', { class: 'screen-body' }, this.#box, this.#text),
      this.#foot,
    );
    signal.addEventListener('abort', () => this.#clear());
    this.#clear();
    let waiting = false;
    const draw = () => {
      waiting = false;
      if (!signal.aborted) this.#draw(shown, label, signal);
    };
    // At most once a frame.
    const stop = shown.log.subscribe(() => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(draw);
    });
    signal.addEventListener('abort', stop);
    draw();
  }

  #clear(): void {
    this.#screen?.close();
    this.#screen = undefined;
    this.#box.replaceChildren();
    this.#text.replaceChildren();
    delete this.#before.dataset.bytes;
    this.#drawn = nothingDrawn();
    this.#sign.hidden = true;
  }

  #draw(shown: Shown, label: string, signal: AbortSignal): void {
    const { chunks, before, beyond } = shown.log.output(shown.step);
    const { view } = shown.log;
    const step = view?.steps.find((candidate) => candidate.step === shown.step);
    const progress = stepProgress(
      step ?? { state: 'waiting', step: shown.step },
      view === undefined || view.state === 'running',
    );
    const cut = `${before > 0 ? 'Of what came since, the' : 'The'} first ${size(KEPT_BYTES_PER_STEP)} are shown; ${size(beyond)} more are in the record.`;
    this.#foot.replaceChildren(
      ...draw(footFacts(stepFacts(progress, 'in short'))),
      ...(beyond > 0 ? [node('span', {}, cut)] : []),
    );
    this.#before.hidden = before === 0;
    if (before > 0 && this.#before.dataset.bytes !== String(before)) {
      this.#before.dataset.bytes = String(before);
      this.#before.replaceChildren(
        node('span', {}, `${before} bytes came before this and are not shown here.`),
        ...(view ? [' ', node('a', { href: `/runs/${view.header.run}.log` }, 'All of it, raw')] : []),
      );
    }
    this.toggleAttribute('data-empty', chunks.length === 0);
    // Another list of chunks: the log began anew.
    if (this.#drawn.from !== chunks && this.#drawn.count > 0) this.#clear();
    if (chunks.length === 0) return;
    if (this.#screen === undefined) {
      this.#load(shown, label, signal);
      return;
    }
    const drawn = this.#drawn;
    drawn.from = chunks;
    for (const chunk of chunks.slice(drawn.count)) {
      this.#screen.write(chunk);
      drawn.unseen[chunk.stream].feed(chunk.bytes);
      drawn.count += 1;
      const text = drawn.plain[chunk.stream].feed(chunk.bytes);
      const room = TEXT_CHARACTERS - drawn.characters;
      if (room <= 0 || text === '') continue;
      drawn.characters += text.length;
      const part = text.slice(0, room) + (text.length > room ? '\n[More is in the record.]' : '');
      this.#text.append(chunk.stream === 'stderr' ? node('span', { class: 'err' }, part) : part);
    }
    const { stdout, stderr } = drawn.unseen;
    const message = unseenSentence([...new Set([...stdout.found(), ...stderr.found()])]);
    this.#sign.hidden = message === undefined;
    if (message !== undefined && this.#sign.textContent !== message) this.#sign.textContent = message;
  }

  #loading = false;
  #load(shown: Shown, label: string, signal: AbortSignal): void {
    if (this.#loading) return;
    this.#loading = true;
    import('./terminal.ts')
      .then(({ openScreen }) => {
        if (signal.aborted || this.#screen !== undefined) return;
        this.#screen = openScreen(this.#box, label);
        this.#draw(shown, label, signal);
      })
      .catch((error: unknown) => {
        console.error(error);
        this.dataset.as = 'text';
      })
      .finally(() => {
        this.#loading = false;
      });
  }
}

customElements.define('v-terminal', VTerminal);
