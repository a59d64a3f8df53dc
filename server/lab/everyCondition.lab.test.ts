/**
 * In every lab of the content, every condition is applied and undone without a trace, also from half-way. Layers do not know each
 * other, so each condition is applied once: a remedy on the first of its causes. Every pair is applied by `npm run lab:matrix`.
 */
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadLabs } from '../content/labs.ts';
import { commandsIn, runCommands, tryCommands } from './commands.ts';
import { baseOf } from './description/conditions.ts';
import type { LabDescription } from './description/description.ts';
import { serverNamespace } from './description/description.ts';
import { type Lab, type LabStatus, startLab } from './lab.ts';
import { hostState, networksOf, networkState, testPlace } from './testing.ts';

const labs = await loadLabs(fileURLToPath(new URL('../../content', import.meta.url)));

/** The fewest states in which every condition is seen. */
function sample(lab: LabDescription): string[] {
  const remedies = lab.conditions.flatMap(({ name, for: [cause] }) =>
    cause === undefined ? [] : [`${cause}+${name}`],
  );
  const seen = remedies.map((name) => name.split('+')[0]);
  const alone = lab.conditions.filter(({ name, kind }) => kind === 'cause' && !seen.includes(name));
  return [...alone.map(({ name }) => name), ...remedies];
}

/** Each list of commands once, whatever conditions have it. */
const halfWay = (lab: LabDescription) => [
  ...new Map(
    lab.conditions
      .map(({ name, apply, undo }) => [name, commandsIn(apply), commandsIn(undo)] as const)
      .filter(([, commands]) => commands.length > 1)
      .map((one) => [JSON.stringify(one.slice(1)), one]),
  ).values(),
];

describe.each(labs.map((one) => [one.name, one] as const))('in the lab of %s', (_, described) => {
  const place = testPlace();
  const { name: baseName } = baseOf(described);
  let lab: Lab;
  let base: string[];
  let host: ReturnType<typeof hostState>;
  let services: LabStatus['services'];
  const state = async (): Promise<string[]> => networkState(networksOf(await lab.status()));

  beforeAll(async () => {
    lab = await startLab({
      ...{ lab: described, directory: place.directory, log: () => {}, condition: baseName },
    });
    base = await state();
    host = hostState();
    ({ services } = await lab.status());
  });
  afterAll(async () => {
    await lab.stop();
    place.remove();
  });

  test.each(sample(described))('%s is on, and leaves no trace when it is undone', async (name) => {
    await lab.setCondition(name);
    expect((await lab.status()).condition).toBe(name);
    expect(hostState()).toEqual(host);
    await lab.setCondition(baseName);
    expect(await state()).toEqual(base);
    expect((await lab.status()).services).toEqual(services);
  });

  test.each(halfWay(described))(
    '%s that stopped anywhere half-way is undone completely',
    async (_name, commands, undo) => {
      const path = await pathsHere();
      // The work grows with the square of the list, so it is stopped at its two ends, behind the first and before the last.
      for (const done of new Set([1, commands.length - 1])) {
        await runCommands(commands.slice(0, done), path);
        await tryCommands(undo, path);
        expect(await state(), `after ${done} of ${commands.length}`).toEqual(base);
      }
    },
  );

  /** The namespaces by name, seen from here: each by its address and the interfaces of its links. */
  async function pathsHere(): Promise<(namespace: string) => string> {
    const paths = networksOf(await lab.status());
    const addresses = new Map([
      [serverNamespace, described.docsServer.address],
      ...described.machines.map(({ name, address }) => [name, address] as const),
    ]);
    return (namespace) => {
      const address = addresses.get(namespace);
      const ends = described.links.flat().filter((end) => end.in === namespace);
      const marks = [
        ...ends.map((end) => `\n${end.interface}@`),
        ...(address === undefined ? [] : [` ${address}/`]),
      ];
      const found = paths.find((_path, index) => marks.every((mark) => base[index]?.includes(mark)));
      if (found === undefined)
        throw new Error(`expected a namespace with ${marks.join(' and ')}, found none`);
      return found;
    };
  }
});
