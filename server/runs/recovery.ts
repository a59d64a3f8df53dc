/** Looks at the store, and ends the runs of servers that are gone: at the start, and where several are on one store, all the time. */
import type { Audit } from '../audit/audit.ts';
import { systemPrincipal } from '../identity/principal.ts';
import { queue, sharedTurn } from '../files/queue.ts';
import type { Store } from '../store/contract.ts';

const againMs = 500;

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
  const inTurn = queue();
  const look = sharedTurn(recover, inTurn);
  const interrupted = await look();
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    // The store itself says what is wrong with it.
    const again = () =>
      look()
        .catch(() => {})
        .then(() => timer && later());
    timer = setTimeout(() => void again(), againMs).unref();
  };
  if (store.shared !== undefined) later();
  return {
    interrupted,
    /** Looks now: all who ask before it begins share it. Nothing where one server has the store alone. */
    look: store.shared && look,
    async close() {
      clearTimeout(timer);
      timer = undefined;
      await inTurn(async () => {});
    },
  };
}
