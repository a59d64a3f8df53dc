/** What the server has kept, as its own pages and files tell it. */
import { decodeEntries } from '../src/core/protocol/codec.ts';
import type { House } from './house.ts';

export const textAt = async ({ address }: House, path: string): Promise<string> =>
  (await fetch(`${address}${path}`)).text();

/** Ids in the list of the history, newest first. */
export const listedIn = async (house: House, query: string): Promise<string[]> =>
  [
    ...(await textAt(house, `/runs/?${query}`)).matchAll(
      /class="history-title">\s*<a href="\/runs\/(\w{26})"/g,
    ),
  ].map(([, id = '']) => id);

/** The newest record of a check in a condition, also inside of a set. */
export async function newestOf(house: House, check: string, condition: string): Promise<string> {
  const page = await textAt(house, `/runs/?check=${check}&condition=${condition}`);
  const strips = page.match(/<ol class="strip-cells"[\s\S]*?<\/ol>/g) ?? [];
  const ids = [...strips.join('').matchAll(/href="\/runs\/(\w{26})"/g)].map(([, id = '']) => id);
  return ids.sort().at(-1) ?? '';
}

/** The moment in the middle of a step, in seconds since the run began. */
export async function middleOf({ address }: House, run: string, step: string): Promise<string> {
  const bytes = new Uint8Array(await (await fetch(`${address}/runs/${run}/entries`)).arrayBuffer());
  const of = (kind: string) =>
    decodeEntries(bytes).find(({ body }) => body.kind === kind && 'step' in body && body.step === step)?.at ??
    0;
  return ((of('step-started') + of('step-ended')) / 2000).toFixed(3);
}
