/** The contract over a local shell, under both shells that a Debian machine may have as `sh`. */
import { describe, expect, it } from 'vitest';
import { open, reachContract } from './contract.suite.ts';
import { localReach } from './local.ts';

for (const shell of ['dash', 'bash']) {
  describe(`local reach with ${shell}`, () => {
    const reach = localReach({ shell });
    reachContract(() => reach, 'here');
  });
}

describe('a local reach', () => {
  it('says what is missing when its shell does not greet', async () => {
    await expect(open(localReach({ shell: 'true' }), 'here')).rejects.toMatchObject({
      problem: 'not-an-agent',
      message: expect.stringContaining('should have greeted as vantage-agent'),
    });
  });

  it('says so when there is no such shell', async () => {
    await expect(open(localReach({ shell: 'no-such-shell' }), 'here')).rejects.toMatchObject({
      problem: 'not-an-agent',
    });
  });
});
