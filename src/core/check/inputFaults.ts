/** Faults in what a step gets on standard input: names without a value, and credentials that go another way. */
import type { Step } from './check.ts';
import { fault, type Fault } from './fault.ts';
import { placesOf } from './input.ts';

/** `extracted`: the names of the values from earlier steps. Paths start at the step. */
export function inputFaults(
  { input = '', credentials, command }: Pick<Step, 'input' | 'credentials' | 'command'>,
  extracted: ReadonlySet<string>,
): readonly Fault[] {
  const documented = credentials?.documented ?? {};
  const fields = Object.keys(documented);
  const secret = credentials?.secret ?? [];
  const known = fields.join(', ');
  const places = placesOf(input).map(({ name }) => name);
  return [
    ...places
      .filter((name) => !extracted.has(name) && !fields.includes(name))
      .map((name) => {
        const from = `{${name}} was not extracted by an earlier step (extracted: ${[...extracted].join(', ') || 'none'})`;
        return fault(
          ['input'],
          credentials ? `${from}, and is no field of the credentials (${known})` : from,
        );
      }),
    ...fields.flatMap((field) => {
      const path = ['credentials', 'documented', field];
      const unused = `no {${field}} in the input uses this field: credentials go by standard input, and nowhere else`;
      const twice = `an earlier step already extracts a value with the name "${field}"`;
      return [
        ...(places.includes(field) ? [] : [fault(path, unused)]),
        ...(extracted.has(field) ? [fault(path, twice)] : []),
      ];
    }),
    ...secret.flatMap((field, index) => {
      const value = documented[field];
      if (value === undefined) {
        const message = `expected a field of the credentials (${known}), found "${field}"`;
        return fault(['credentials', 'secret', index], message);
      }
      // The command has the documented password as a word: the operator's would never be used.
      if (!command.split(/[^\w.@-]+/).includes(value)) return [];
      const message = `the documented ${field} stands in the command: write {${field}} in \`input\` and let the command read standard input`;
      return fault(['command'], message);
    }),
  ];
}
