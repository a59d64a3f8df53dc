/** A begun sign-in, encrypted by `jose` in the browser's cookie: nothing is stored here that others could push out. */
import { randomBytes } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import * as z from 'zod/mini';
import { dropOldest } from './rateLimits.ts';

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

/** The key is random for each server process. */
export function createPendingSignIns(now: () => number) {
  const key = randomBytes(32);
  const used = new Map<string, number>();
  const audienceOf = (provider: string) => `sign-in at ${provider}`;
  const useOnce = (state: string): boolean => {
    const at = now();
    dropOldest(used, (until) => at >= until || used.size >= maxUsed);
    if (used.has(state)) return false;
    used.set(state, at + pendingSeconds * 1000);
    return true;
  };
  return {
    /** It can be finished only at the same `provider`. */
    encrypt: (pending: PendingSignIn, provider: string): Promise<string> =>
      new EncryptJWT(pending)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setAudience(audienceOf(provider))
        .setExpirationTime(Math.floor(now() / 1000) + pendingSeconds)
        .encrypt(key),
    /** Undefined if it is not ours, too old, of another provider, or used before. */
    async use(text: string, provider: string): Promise<PendingSignIn | undefined> {
      const opened = await jwtDecrypt(text, key, {
        audience: audienceOf(provider),
        requiredClaims: ['exp'],
        currentDate: new Date(now()),
        keyManagementAlgorithms: ['dir'],
        contentEncryptionAlgorithms: ['A256GCM'],
      }).catch(() => undefined);
      const { aud: _, exp: __, ...payload } = opened?.payload ?? {};
      const found = pendingSchema.safeParse(payload);
      return found.success && useOnce(found.data.state) ? found.data : undefined;
    },
  };
}
