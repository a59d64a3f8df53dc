/** Everything between a stranger and the server, put together once: who they are, the doors, what a page may say. */
import type { IncomingMessage } from 'node:http';
import { type AccessOptions, openAccess } from './auth.ts';
import { createDoor, type Door } from './authenticate.ts';
import type { RevocationWatch } from './revocationWatch.ts';
import { createBuckets } from '../identity/rateLimits.ts';
import { createPermits, type Grants, type PermitsOptions, startsPerPerson } from './grants.ts';

export type Entrance = {
  readonly door: Door;
  readonly permits: Grants;
  readonly revocationWatch: RevocationWatch;
  /** Where the operator's proxy comes in, when it has a door of its own. */
  readonly socket: string | undefined;
  close(): void;
};

export type EntranceOptions = AccessOptions &
  Pick<PermitsOptions, 'writeups' | 'active'> & {
    /** Connections that came in at `socket`. */
    readonly byProxySocket: (request: IncomingMessage) => boolean;
  };

/** Throws AuthFileError, with what to write, when the file of the mode is at fault. */
export function openAuthentication(options: EntranceOptions): Entrance {
  const { guard, audit, now, writeups, active, byProxySocket } = options;
  const access = openAccess(options);
  const { burst, perSecond } = startsPerPerson;
  return {
    door: createDoor({ access, guard, audit, byProxySocket }),
    permits: createPermits({ audit, writeups, active, starts: createBuckets(burst, perSecond, now) }),
    ...{ revocationWatch: access.revocationWatch, socket: access.socket, close: access.close },
  };
}
