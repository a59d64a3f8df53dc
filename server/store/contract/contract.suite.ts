/** What every store promises, as one suite; `store.test.ts` and `postgres/store.test.ts` run it over their own. Not a test by itself. */
import { describe } from 'vitest';
import type { OpenPlace } from '../testing.ts';
import { historyContract } from './history.suite.ts';
import { logContract } from './log.suite.ts';
import { pinsContract } from './pins.suite.ts';
import { retentionContract } from './retention.suite.ts';

/** `open` gives an empty store each time; one is open at a time. */
export function storeContract(open: OpenPlace): void {
  for (const contract of [historyContract, logContract, pinsContract, retentionContract])
    describe(contract.name, () => contract(open));
}
