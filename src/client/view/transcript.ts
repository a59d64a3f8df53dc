/** A run as one terminal session: each command as one would type it, its output as it comes, and a line of ours where there is something to say. */
import { stepProgress } from '../../core/report/facts.ts';
import { duration } from '../../core/report/format.ts';
import { digits, size } from '../../core/report/units.ts';
import type { StepView } from '../../core/run/run.ts';
import { colour } from '../../core/text/invisibleText.ts';
import { visible } from '../../core/text/visibleText.ts';
import { never, type Stream } from '../../core/vocabulary.ts';
import { KEPT_BYTES_PER_STEP } from '../state/fillLog.ts';
import type { Moment } from '../state/runLog.ts';
import type { TypedSteps } from './typedSteps.ts';

/** `prompt`, `command` and `remark` are ours; the others are a machine's. */
export type Kind = 'prompt' | 'command' | 'remark' | Stream;
type Decoder = { feed(bytes: Uint8Array): string };

export type Transcript = { feed(moment: Moment): void };

const COLOURS = new RegExp(colour, 'g');

export function createTranscript(
  steps: TypedSteps,
  newDecoder: () => Decoder,
  write: (kind: Kind, text: string, step: string) => void,
): Transcript {
  const decoders = new Map<string, Decoder>();
  /** Output of folded controls, shown if something went wrong. */
  const held = new Map<string, Moment[]>();
  let isLineOpen = false;
  let writer = '';

  const put = (kind: Kind, text: string, step: string) => {
    if (text === '') return;
    write(kind, text, step);
    const seen = text.replace(COLOURS, '');
    if (seen !== '') isLineOpen = !seen.endsWith('\n');
  };
  const note = (step: string, text: string) => {
    if (isLineOpen) put('remark', '\n', step);
    put('remark', visible(text), step);
  };
  const placeOf = (step: string) => steps.get(step)?.place ?? '';
  const begin = (step: string) => {
    const own = steps.get(step);
    writer = step;
    if (own === undefined) return;
    if (own.folded !== undefined) return note(step, `# control ${step}: ${own.folded} …`);
    note(step, '');
    put('prompt', `${visible(own.place)} $ `, step);
    put('command', `${visible(own.command)}${own.isJob ? ' &' : ''}`, step);
    put('command', '\n', step);
  };
  const output = (moment: Extract<Moment, { what: 'output' }>) => {
    const { step, stream, bytes } = moment;
    const key = `${step}/${stream}`;
    const decoder = decoders.get(key) ?? newDecoder();
    decoders.set(key, decoder);
    const text = decoder.feed(bytes);
    if (text === '') return;
    if (writer !== step) note(step, `# ${step} on ${placeOf(step)}:\n`);
    writer = step;
    put(stream, text, step);
  };
  const end = ({ step, view, beyond }: Extract<Moment, { what: 'ends' }>) => {
    // It never began: what it would have done is typed first.
    if (view.state === 'failed') begin(step);
    const words = endWords(view, beyond);
    if (steps.get(step)?.folded !== undefined) {
      const result = words ?? `ok${timeOf(view)}`;
      if (writer === step && isLineOpen) put('remark', ` ${result}\n`, step);
      else note(step, `# control ${step}: ${result}\n`);
      if (words !== undefined) for (const moment of held.get(step) ?? []) tell(moment);
      held.delete(step);
    } else if (words !== undefined) note(step, `# ${writer === step ? '' : `${step}: `}${words}\n`);
  };
  const tell = (moment: Moment): void => {
    const { step } = moment;
    switch (moment.what) {
      case 'begins':
        begin(step);
        break;
      case 'output':
        output(moment);
        break;
      case 'left-out':
        note(step, `# ${digits(moment.count)} bytes of ${step} came before this and are not shown here.\n`);
        break;
      case 'limit':
        note(
          step,
          `# The first ${size(KEPT_BYTES_PER_STEP)} of ${step} are shown; the rest is in the record.\n`,
        );
        break;
      case 'ends':
        end(moment);
        break;
      default:
        never(moment);
    }
  };
  return {
    feed(moment) {
      const { step, what } = moment;
      const isFolded = steps.get(step)?.folded !== undefined && what !== 'begins' && what !== 'ends';
      if (!isFolded) return tell(moment);
      const own = held.get(step);
      if (own === undefined) held.set(step, [moment]);
      else own.push(moment);
    },
  };
}

/** How a step ended, where that is not plain: with an exit of its own, a problem, or too much output. */
function endWords(view: StepView, beyond: number): string | undefined {
  const isPlain = view.state === 'ended' && view.ended.how === 'complete' && view.ended.exit === 0;
  if (isPlain && beyond === 0) return undefined;
  const more = beyond > 0 ? `; ${size(beyond)} more are in the record` : '';
  return `${stepProgress(view, false).end}${timeOf(view)}${more}`;
}

const timeOf = (view: StepView): string => (view.state === 'ended' ? ` after ${duration(view.seconds)}` : '');
