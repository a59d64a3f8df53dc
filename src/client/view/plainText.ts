/** Turns a machine's bytes into text without control sequences, for screen readers, print and copying. Marks that are not seen stand there by name. */
import { visible } from '../../core/text/visibleText.ts';

/** A whole sequence: CSI, a string (OSC, DCS, SOS, PM, APC) with its end, or a short escape. */
const SEQUENCE = /\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[ -/]*[0-OQ-WYZ\\`-~]/g;
/** The beginning of one at the end of a chunk, or half of a line's end. */
const UNFINISHED = /(?:\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)|\r)$/;
const OTHER_CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/g;
const HELD_CHARACTERS = 4096;

/** Takes one stream's chunks in order. Bytes that are not UTF-8 become the replacement sign. */
export function createPlainText(): { feed(bytes: Uint8Array): string } {
  const decoder = new TextDecoder();
  let held = '';
  return {
    feed(bytes) {
      const text = (held + decoder.decode(bytes, { stream: true })).replace(SEQUENCE, '');
      const tail = UNFINISHED.exec(text);
      const cut = tail !== null && text.length - tail.index < HELD_CHARACTERS ? tail.index : text.length;
      held = text.slice(cut);
      return visible(text.slice(0, cut).replace(OTHER_CONTROLS, '').replace(/\r\n?/g, '\n'));
    },
  };
}
