import { describe, expect, it } from 'vitest';
import { createPendingSignIns } from './pendingSignIn.ts';

const pending = { verifier: 'the-verifier', state: 'the-state', nonce: 'the-nonce', to: '/runs/' };
const provider = 'https://sso.example.org docs';

describe('a sign-in that was begun', () => {
  it('is read by the server that began it, once, and by nobody on the way', async () => {
    const pendings = createPendingSignIns(() => 0);
    const text = await pendings.encrypt(pending, provider);
    const parts = text.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    for (const word of ['verifier', 'state', 'nonce', 'runs', 'sso'])
      expect(parts.join()).not.toContain(word);
    expect(await pendings.use(text, provider)).toEqual(pending);
    expect(await pendings.use(text, provider)).toBeUndefined();
  });

  it.each<[string, (text: string) => string, string, number]>([
    ['at another provider', (text) => text, 'https://elsewhere.example docs', 0],
    ['after ten minutes', (text) => text, provider, 10 * 60_000],
    [
      'when a character of it was changed',
      (text) => text.replace(/.(?=[^.]*$)/, (one) => (one === 'A' ? 'B' : 'A')),
      provider,
      0,
    ],
    ['when it is something else', () => 'x'.repeat(43), provider, 0],
    [
      'when it says that it is not encrypted',
      (text) => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${text.split('.')[3]}.`,
      provider,
      0,
    ],
  ])('is none %s', async (_, change, at, later) => {
    let now = 0;
    const pendings = createPendingSignIns(() => now);
    const text = change(await pendings.encrypt(pending, provider));
    now = later;
    expect(await pendings.use(text, at)).toBeUndefined();
  });

  it('is none at another server, also when it is the same one after a restart', async () => {
    const text = await createPendingSignIns(() => 0).encrypt(pending, provider);
    expect(await createPendingSignIns(() => 0).use(text, provider)).toBeUndefined();
  });
});
