/**
 * What a sign-in that was begun at a provider needs to be finished: encrypted in a cookie of the browser that began it, so that nothing
 * is kept here that others could push out. `jose` does the encryption.
 */
import { randomBytes } from 'node:crypto';
import { EncryptJWT, jwtDecrypt } from 'jose';
import * as z from 'zod/mini';

const pendingSchema = z.strictObject({
  verifier: z.string(),
  state: z.string(),
  nonce: z.string(),
  /** Where they wanted to go. */
  to: z.string(),
});
export type PendingSignIn = z.infer<typeof pendingSchema>;

export type PendingSignIns = {
  /** `provider`: at which it began; it cannot be finished at another one. */
  encrypt(pending: PendingSignIn, provider: string): Promise<string>;
  /** Nothing when it is not ours, too old, of another provider, or was used before. */
  use(text: string, provider: string): Promise<PendingSignIn | undefined>;
};

const pendingSeconds = 10 * 60;
/** Beyond so many within ten minutes the oldest is forgotten: then only the provider still refuses to take its code twice. */
const maxUsed = 10_000;

/** The key is random and lives as long as the server: a restart ends what was begun before. */
export function createPendingSignIns(now: () => number): PendingSignIns {
  const key = randomBytes(32);
  const used = new Map<string, number>();
  const audienceOf = (provider: string) => `sign-in at ${provider}`;
  const useOnce = (state: string): boolean => {
    const at = now();
    for (const [one, until] of used) {
      if (at < until && used.size < maxUsed) break;
      used.delete(one);
    }
    if (used.has(state)) return false;
    used.set(state, at + pendingSeconds * 1000);
    return true;
  };
  return {
    encrypt: (pending, provider) =>
      new EncryptJWT(pending)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setAudience(audienceOf(provider))
        .setExpirationTime(Math.floor(now() / 1000) + pendingSeconds)
        .encrypt(key),
    async use(text, provider) {
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
