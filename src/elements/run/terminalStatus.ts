/** The line below a screen: how the step stands, in facts. */
import { KEPT_BYTES_PER_STEP } from '../../client/state/runLog.ts';
import { duration, size } from '../../client/state/format.ts';
import type { StepView } from '../../core/run/run.ts';
import { never } from '../../core/vocabulary.ts';
import { node } from '../base/dom.ts';

/** `beyond` counts the bytes that came after what a page keeps, `before` those that a late page left out. */
export function foot(step: StepView | undefined, before: number, beyond: number): (Node | string)[] {
  const fact = (name: string, value: string) => node('span', {}, `${name} `, node('b', {}, value));
  const cut =
    beyond > 0
      ? [
          node(
            'span',
            {},
            `${before > 0 ? 'Of what came since, the' : 'The'} first ${size(KEPT_BYTES_PER_STEP)} are shown; ${size(beyond)} more are in the record.`,
          ),
        ]
      : [];
  if (step === undefined) return [node('span', {}, 'waiting')];
  switch (step.state) {
    case 'waiting':
      return [node('span', {}, 'waiting for its turn')];
    case 'running':
      return [node('span', {}, 'running'), fact('bytes', size(step.bytes)), ...cut];
    case 'failed':
      return [node('span', {}, step.problem.message)];
    case 'ended': {
      const { ended } = step;
      if (ended.how === 'lost' || ended.how === 'refused') return [node('span', {}, ended.message), ...cut];
      const how = ended.how === 'complete' ? [] : [fact('ended', ENDED[ended.how])];
      const silent = ended.stdout.bytes + ended.stderr.bytes === 0;
      return [
        fact('exit', String(ended.exit)),
        ...how,
        fact('took', duration(step.seconds)),
        silent ? node('span', {}, 'no output') : fact('output', `${size(ended.stdout.bytes)} stdout`),
        ended.stderr.bytes === 0 ? '' : node('b', { class: 'err' }, `${size(ended.stderr.bytes)} stderr`),
        ...cut,
      ];
    }
    default:
      return never(step);
  }
}

/** What a page that came late does not hold, and where it is. It stands above the screen, and so before the plain text too. */
export function beforeNote(bytes: number, run: string | undefined): (Node | string)[] {
  const message = `${bytes} bytes came before this and are not shown here.`;
  return [
    node('span', {}, message),
    ...(run === undefined ? [] : [' ', node('a', { href: `/runs/${run}.log` }, 'All of it, raw')]),
  ];
}

const ENDED = {
  truncated: 'at its byte limit',
  overtime: 'at its time limit',
  cancelled: 'cancelled',
} as const;
