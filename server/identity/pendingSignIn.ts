/** A begun sign-in, encrypted by `jose` in the browser's cookie: nothing is stored here that others could push out. */
import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import { dropOldest } from './rateLimits.ts';
import type { SharedSignIns } from './sharedSignIns.ts';

const pendingSchema = z.strictObject({
  verifier: z.string(),
  state: z.string(),
  nonce: z.string(),
  /** Where they wanted to go. */
  to: z.string(),
});
type PendingSignIn = z.infer<typeof pendingSchema>;

const pendingSeconds = 10 * 60;
/** Beyond this the oldest are forgotten: then only the provider refuses a second use. */
const maxUsed = 10_000;

/** Of one server alone: the key is random for each process. */
function ownSignIns(time: () => number): PendingShared {
  const key = randomBytes(32);
  const used = new Map<string, number>();
  return {
    key: () => Promise.resolve(key),
    async useOnce(state, forSeconds) {
      const at = time();
      dropOldest(used, (until) => at >= until || used.size >= maxUsed);
      if (used.has(state)) return false;
      used.set(state, at + forSeconds * 1000);
      return true;
    },
  };
}

type PendingShared = Pick<SharedSignIns, 'key' | 'useOnce'>;

/** `time`: milliseconds since 1970, as other servers count them too. */
export function createPendingSignIns(time: () => number, shared: PendingShared = ownSignIns(time)) {
  // Loaded only where people sign in at a provider.
  const jose = import('jose');
  const audienceOf = (provider: string) => `sign-in at ${provider}`;
  return {
    /** It can be finished only at the same `provider`. */
    async encrypt(pending: PendingSignIn, provider: string): Promise<string> {
      const { EncryptJWT } = await jose;
      return new EncryptJWT(pending)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setAudience(audienceOf(provider))
        .setExpirationTime(Math.floor(time() / 1000) + pendingSeconds)
        .encrypt(await shared.key());
    },
    /** Undefined if it is not ours, too old, of another provider, or used before. */
    async use(text: string, provider: string): Promise<PendingSignIn | undefined> {
      const { jwtDecrypt } = await jose;
      const opened = await jwtDecrypt(text, await shared.key(), {
        audience: audienceOf(provider),
        requiredClaims: ['exp'],
        currentDate: new Date(time()),
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      }).catch(() => undefined);
      const { aud: _, exp: __, ...payload } = opened?.payload ?? {};
      const found = pendingSchema.safeParse(payload);
      const isFirst = found.success && (await shared.useOnce(found.data.state, pendingSeconds));
      return isFirst ? found.data : undefined;
    },
  };
}
