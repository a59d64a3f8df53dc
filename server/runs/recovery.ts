/** Ends the runs of servers that are gone: at the start, and where several are on one store, each second. */
import type { Audit } from '../audit/audit.ts';
import { systemPrincipal } from '../identity/principal.ts';
import type { Store } from '../store/contract.ts';

const againMs = 1000;

type RecoveryOptions = {
  readonly store: Pick<Store, 'recover' | 'shared'>;
  readonly audit: Pick<Audit, 'write'>;
  readonly date: () => Date;
  readonly damaged: (run: string, check: string, why: string) => void;
};

/** `interrupted`: how many it found at the start. */
export async function startRecovery({ store, audit, date, damaged }: RecoveryOptions) {
  const recover = async () => {
    const recovered = await store.recover(date);
    for (const { run, check, how, damage } of recovered) {
      const target = `${check} ${run}`.trim();
      audit.write({ principal: systemPrincipal, action: 'run-ended', target, outcome: how });
      if (damage !== undefined) damaged(run, check, damage);
    }
    return recovered.filter(({ how }) => how === 'interrupted').length;
  };
  const interrupted = await recover();
  let timer: NodeJS.Timeout | undefined;
  let working: Promise<unknown> = Promise.resolve();
  const later = () => {
    timer = setTimeout(() => {
      // The store itself says what is wrong with it.
      working = recover().catch(() => {});
      void working.then(() => timer && later());
    }, againMs).unref();
  };
  if (store.shared !== undefined) later();
  return {
    interrupted,
    async close() {
      clearTimeout(timer);
      timer = undefined;
      await working;
    },
  };
}
