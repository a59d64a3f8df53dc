/** The observed result with its differences marked. Loaded with the first that has one. */
import { difference, joined } from '../../core/judge/difference.ts';
import { oneSide } from '../../core/report/html/recordParts.ts';
import type { Judgement } from '../../core/run/judgement.ts';
import { draw, node } from '../base/dom.ts';

export function marked(
  documented: string,
  { observed, verdict }: Judgement,
  value: (...parts: Node[]) => HTMLElement,
): (Node | string)[] {
  const parts = joined(difference(documented, observed));
  const missing = parts.some(({ only }) => only === 'documented');
  return [
    value(...draw(oneSide(parts, 'observed'))),
    verdict === 'differs' && missing
      ? node('span', { class: 'instead' }, 'instead of ', value(...draw(oneSide(parts, 'documented'))))
      : '',
  ];
}
