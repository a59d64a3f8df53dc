/** The plain-text twin of a terminal, for screen readers, print and copying, and what of the output could deceive. */
import type { Moment } from '../../client/state/runLog.ts';
import { createPlainText } from '../../client/view/screenText.ts';
import { createTranscript, type Kind } from '../../client/view/transcript.ts';
import type { TypedSteps } from '../../client/view/typedSteps.ts';
import { createUnseen, unseenSentence } from '../../core/text/invisibleText.ts';
import { node } from '../base/dom.ts';

/** Of each step. */
const TEXT_CHARACTERS = 256 * 1024;

export function createTwin(box: HTMLElement, steps: TypedSteps) {
  const characters = new Map<string, number>();
  const looks = new Map<string, ReturnType<typeof createUnseen>>();
  const append = (kind: Kind, text: string) =>
    box.append(kind === 'stdout' ? text : node('span', { class: kind }, text));
  const { feed } = createTranscript(steps, createPlainText, (kind, text, step) => {
    if (kind !== 'stdout' && kind !== 'stderr') return append(kind, text);
    const before = characters.get(step) ?? 0;
    if (before > TEXT_CHARACTERS) return;
    characters.set(step, before + text.length);
    append(kind, text.slice(0, TEXT_CHARACTERS - before));
    if (before + text.length > TEXT_CHARACTERS) append('remark', '\n# More is in the record.\n');
  });
  return {
    feed(moment: Moment): void {
      feed(moment);
      if (moment.what !== 'output') return;
      const stream = `${moment.step}/${moment.stream}`;
      const look = looks.get(stream) ?? createUnseen();
      looks.set(stream, look);
      look.feed(moment.bytes);
    },
    /** A warning, if there is one. */
    unseen: () => unseenSentence([...new Set([...looks.values()].flatMap((look) => look.found()))]),
  };
}
