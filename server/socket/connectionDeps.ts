/** What the parts of a connection work with. */
import type { Notice } from '../../src/core/run/lifecycle.ts';
import type { Up } from '../../src/core/protocol/up.ts';
import type { Audit } from '../audit/audit.ts';
import type { Auth } from '../auth/auth.ts';
import type { LoadedWriteup } from '../content/load.ts';
import type { Fleets } from '../target/fleets.ts';
import type { OverviewOf } from '../runs/overviews.ts';
import type { RunRegistry } from '../runs/runRegistry.ts';
import type { SetMaker } from '../runs/sets.ts';
import type { Principal } from '../identity/principal.ts';
import type { ConnectionWriter } from './connectionWriter.ts';
import type { Presence } from './presence.ts';
import type { RequestIds } from './requestIds.ts';
import type { ReaderNames } from './readerNames.ts';
import type { Store } from '../store/contract.ts';

export type ConnectionDeps = {
  /** A random id of this server process. */
  readonly boot: string;
  readonly auth: Auth;
  readonly audit: Audit;
  readonly registry: RunRegistry;
  readonly store: Store;
  readonly writeups: ReadonlyMap<string, LoadedWriteup>;
  readonly fleets: Pick<Fleets, 'view' | 'open' | 'conditions'>;
  readonly readers: ReaderNames;
  readonly presence: Presence;
  readonly sets: SetMaker;
  readonly overviewOf: OverviewOf;
  readonly notices: (writeup: LoadedWriteup) => Promise<readonly Notice[]>;
  readonly now: () => number;
  readonly log: (error: unknown) => void;
};

export type ConnectionOptions = {
  readonly principal: Principal;
  readonly requestIds: RequestIds;
  readonly writer: ConnectionWriter;
  /** Ends the connection: the page broke the protocol. */
  readonly rejectMessage: (message: string) => void;
};

export type Keyed = Extract<Up, { key: string }>;

/** Who asks: the reader's key, the name that others see, and the identity. */
export type Requester = { readonly reader: string; readonly name: string; readonly principal: Principal };
