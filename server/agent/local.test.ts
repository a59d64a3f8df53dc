/** The contract over a local shell, under both shells that a Debian machine may have as `sh`. */
import { describe, expect, it } from 'vitest';
import { open, transportContract } from './contract.suite.ts';
import { localTransport } from './local.ts';

for (const shell of ['dash', 'bash']) {
  describe(`local reach with ${shell}`, () => {
    const reach = localTransport({ shell });
    transportContract(() => reach, 'here');
  });
}

describe('a local reach', () => {
  it('says what is missing when its shell does not greet', async () => {
    await expect(open(localTransport({ shell: 'true' }), 'here')).rejects.toMatchObject({
      problem: 'not-an-agent',
      message: expect.stringContaining('should have greeted as vantage-agent'),
    });
  });

  it('says so when there is no such shell', async () => {
    await expect(open(localTransport({ shell: 'no-such-shell' }), 'here')).rejects.toMatchObject({
      problem: 'not-an-agent',
    });
  });
});
