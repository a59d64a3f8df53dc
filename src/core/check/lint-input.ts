/** Faults in what a step gets on standard input: names that nobody fills, and credentials that are not used as such. */
import type { Step } from './check.ts';
import { placesOf } from './input.ts';
import type { Fault } from './fault.ts';

/** `kept` has the names of the values that earlier steps keep. Paths start at the step. */
export function inputFaults(
  { input, credentials, command }: Pick<Step, 'input' | 'credentials' | 'command'>,
  kept: ReadonlySet<string>,
): readonly Fault[] {
  const faults: Fault[] = [];
  const fields = Object.keys(credentials?.documented ?? {});
  const places = placesOf(input ?? '').map(({ name }) => name);
  for (const name of places)
    if (!kept.has(name) && !fields.includes(name))
      faults.push({
        path: ['input'],
        message: `{${name}} was not kept by an earlier step (kept: ${[...kept].join(', ') || 'none'})${credentials === undefined ? '' : `, and is no field of the credentials (${fields.join(', ')})`}`,
      });
  if (credentials === undefined) return faults;
  for (const field of fields) {
    if (!places.includes(field))
      faults.push({
        path: ['credentials', 'documented', field],
        message: `no {${field}} in the input uses this field: credentials go by standard input, and nowhere else`,
      });
    if (kept.has(field))
      faults.push({
        path: ['credentials', 'documented', field],
        message: `an earlier step already keeps a value of the name "${field}"`,
      });
  }
  for (const [index, field] of credentials.secret.entries())
    if (!fields.includes(field))
      faults.push({
        path: ['credentials', 'secret', index],
        message: `expected a field of the credentials (${fields.join(', ')}), found "${field}"`,
      });
  for (const field of credentials.secret) {
    const value = credentials.documented[field];
    // A word of the command that is the documented password: the operator's would never be used.
    if (value !== undefined && command.split(/[^\w.@-]+/).includes(value))
      faults.push({
        path: ['command'],
        message: `the documented ${field} stands in the command: write {${field}} in \`input\` and let the command read standard input`,
      });
  }
  return faults;
}
