/** The parts of a record that do not change while they are looked at: comparison, findings, facts. */
import type { EndedRun } from '../../core/protocol/down.ts';
import { condition, duration, SOURCE_WORDS, utc } from '../../client/state/format.ts';
import { commandEnvironment } from '../../core/check/environment.ts';
import type { Identity } from '../../core/run/entry.ts';
import type { Finding, Judgement } from '../../core/run/judgement.ts';
import type { RunView } from '../../core/run/run.ts';
import { side } from './differenceView.ts';
import { node, shape, words } from '../base/dom.ts';

/** Documented above observed, word for word. Each has its own words marked, unless nothing was concluded: then nothing is refuted. */
export function comparison(documented: string, { observed, verdict }: Judgement): Node {
  const plain = verdict === 'inconclusive';
  return node(
    'dl',
    { class: 'diff' },
    node('dt', {}, 'Documented'),
    node('dd', {}, ...(plain ? [documented] : side('documented', documented, observed))),
    node('dt', {}, 'Observed'),
    node('dd', {}, ...(plain ? [observed] : side('observed', documented, observed))),
  );
}

/** What was compared, what does not hold first, then controls. Unfolded when something does not hold. */
export function findings(found: readonly Finding[]): Node[] {
  if (found.length === 0) return [];
  const rank = ({ holds, part }: Finding) => (holds ? 2 : 0) + (part === 'control' ? 0 : 1);
  const list = [...found].sort((a, b) => rank(a) - rank(b));
  const held = found.filter(({ holds }) => holds).length;
  const count = held === found.length ? `all ${held} hold` : `${held} of ${found.length} hold`;
  const items = list.map(({ part, message, holds, observed }) =>
    node(
      'li',
      { 'data-holds': String(holds) },
      shape(holds ? 'holds' : 'fails'),
      node('span', {}, node('b', {}, holds ? 'holds' : 'does not hold'), `, ${part}: `, ...words(message)),
      node('span', { class: 'saw' }, `observed: ${observed}`),
    ),
  );
  const summary = node('summary', {}, 'What was compared ', node('span', {}, count));
  const details = node(
    'details',
    { class: 'compared' },
    summary,
    node('ul', { class: 'findings' }, ...items),
  );
  details.open = held < found.length;
  return [details];
}

/** Who answered, where, when, how long. */
export function facts({ header, steps }: RunView, ended: EndedRun | undefined): Node[] {
  const machines = new Map<string, Identity>();
  for (const step of steps)
    if (step.state === 'running' || step.state === 'ended') machines.set(step.machine, step.identity);
  const rows: [string, string][] = [
    ...[...machines.values()].map((identity): [string, string] => ['Answered by', who(identity)]),
    [
      'Fleet',
      header.fleet === 'lab'
        ? SOURCE_WORDS[header.source]
        : `${header.fleet}, ${SOURCE_WORDS[header.source]}`,
    ],
    ...(header.condition === ''
      ? []
      : [['Condition', condition(header.condition)] satisfies [string, string]]),
    ['Started', utc(header.startedAt)],
    ...(ended ? [['Took', `${duration(ended.seconds)} in all`] satisfies [string, string]] : []),
    ['Environment', `sh without a terminal, ${commandEnvironment}, over SSH with a pinned host key`],
    ['Run', header.run],
  ];
  return [
    node('h3', {}, 'Who answered'),
    node(
      'dl',
      { class: 'facts' },
      ...rows.flatMap(([name, value]) => [node('dt', {}, name), node('dd', {}, value)]),
    ),
  ];
}

function who({ hostName, machineId, kernel, user, hostKey, gate }: Identity): string {
  const key = hostKey === '' ? 'no host key' : `host key ${hostKey}`;
  const by = gate === '' ? 'the program travelled with the order' : `installed gate ${gate.slice(0, 8)}`;
  return `${user}@${hostName}, machine-id ${machineId.slice(0, 8)}, kernel ${kernel}, ${key}, ${by}`;
}
