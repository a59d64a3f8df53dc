/** Limits audit lines by person, address, and for all strangers, in each minute. Further lines are counted and summarized. */
import type { AuditEvent, AuditPart } from './auditLine.ts';
import { systemPrincipal } from '../identity/principal.ts';

export type LineLimits = typeof lineLimits;

export const lineLimits = {
  /** Of one person in a minute. `run`: started and joined runs, above `startsPerPerson`, so every start is written. */
  perPerson: { run: 360, happened: 120, refused: 60 },
  /** Of strangers: from one address, and all together. */
  perAddress: 120,
  strangers: 240,
};

type Sum = { readonly part: AuditPart; readonly event: AuditEvent };

const maxKeys = 1000;
const more = (lines: number) => `${lines} more line${lines === 1 ? '' : 's'} within a minute`;

export function createLineCounts({ perPerson, perAddress, strangers }: LineLimits) {
  type Person = { readonly part: AuditPart; principal: AuditEvent['principal']; readonly target: string };
  const persons = new Map<string, Person & { lines: number; readonly most: number }>();
  const addresses = new Map<string, number>();
  let written = 0;
  let left = 0;
  /** Further keys are counted together. */
  const keyIn = (map: ReadonlyMap<string, unknown>, key: string): string =>
    map.has(key) || map.size < maxKeys ? key : 'others';

  return {
    count(part: AuditPart, { principal, action }: AuditEvent): boolean {
      const { via, id, peer } = principal;
      if (via === 'server') return true;
      if (via === 'none') {
        const address = keyIn(addresses, peer);
        const before = addresses.get(address) ?? 0;
        addresses.set(address, before + 1);
        const isWritten = before < perAddress && written < strangers;
        if (isWritten) written += 1;
        else left += 1;
        return isWritten;
      }
      const target = action === 'run' ? 'run' : part;
      const key = keyIn(persons, `${target} ${via === 'local' ? '' : id}`);
      const seen = persons.get(key) ?? { part, principal, target, lines: 0, most: perPerson[target] };
      persons.set(key, seen);
      seen.lines += 1;
      return seen.lines <= seen.most;
    },
    /** One line for everybody over the limit; resets the counts. */
    summarize(): readonly Sum[] {
      const sums: Sum[] = [...persons.values()]
        .filter(({ lines, most }) => lines > most)
        .map(({ part, principal, target, lines, most }) => ({
          part,
          event: { principal, action: 'suppressed', target, outcome: more(lines - most) },
        }));
      if (left > 0) {
        const [[peer, lines] = ['', 0]] = [...addresses].sort(([, one], [, other]) => other - one);
        const outcome = `${more(left)}, of ${addresses.size} addresses; ${lines} lines were about ${peer}`;
        sums.push({
          part: 'refused',
          event: { principal: systemPrincipal, action: 'suppressed', target: 'strangers', outcome },
        });
      }
      persons.clear();
      addresses.clear();
      written = 0;
      left = 0;
      return sums;
    },
  };
}
