/** What a usual sshd bears of us: its limits of sessions and of logins are never met. No lab is needed. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Machine } from '../fleet/fleet.ts';
import { testPlace } from '../lab/testing.ts';
import { createSlots } from '../runs/slots.ts';
import { open, take } from '../agent/contract.suite.ts';
import type { Transport } from '../agent/contract.ts';
import { sshTransport } from './ssh.ts';
import { type LocalSshd, localSshd } from './sshd.testing.ts';

const place = testPlace();
let daemon: LocalSshd;
let reach: Transport | undefined;
beforeAll(async () => {
  execFileSync('mkdir', ['-p', place.directory]);
  daemon = await localSshd(place.directory);
});
afterEach(() => reach?.close());
afterAll(() => {
  daemon.stop();
  place.remove();
});

let count = 0;
function reachOf(change: Partial<Machine> = {}, behind: readonly Machine[] = []): Transport {
  count += 1;
  const machines = [{ ...daemon.machine('outer'), ...change }, ...behind];
  const fleet = { name: 'one', source: 'live' as const, knownHosts: daemon.knownHosts, machines };
  reach = sshTransport(fleet, { directory: join(place.parent, `s${count}`), log: () => {} });
  return reach;
}

const loginsSince = (before: number): number =>
  daemon
    .said()
    .slice(before)
    .match(/Connection from /g)?.length ?? 0;

describe('[R19] an sshd whose limits nobody has set', () => {
  it('serves thirty runs at once, six at a time over one connection, and refuses none', async () => {
    const own = reachOf();
    own.warm();
    const slots = createSlots(6);
    const before = daemon.said().length;
    let running = 0;
    let most = 0;
    const ends = await Promise.all(
      Array.from({ length: 30 }, async () => {
        const release = await slots.acquire(
          { own: new Map([['outer', 1]]) },
          () => {},
          new AbortController().signal,
        );
        running += 1;
        most = Math.max(most, running);
        const { ended } = await take(await open(own, 'outer'), { command: 'echo here' });
        running -= 1;
        release();
        return ended.how;
      }),
    );
    expect(ends).toEqual(Array.from({ length: 30 }, () => 'complete'));
    expect(most).toBe(6);
    const said = daemon.said().slice(before);
    expect(said).not.toMatch(/MaxStartups|no more sessions|drop connection|reset by peer/i);
    expect(said.match(/Accepted publickey/g)).toHaveLength(1);
  });

  it('that refuses our key is asked once, not by every run that is wanted: too many refused logins lock an address out', async () => {
    const stranger = join(place.directory, 'stranger');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', stranger]);
    const own = reachOf({ keyFile: stranger });
    own.warm();
    const before = daemon.said().length;
    for (let run = 0; run < 20; run += 1)
      await expect(open(own, 'outer')).rejects.toMatchObject({
        problem: 'refused-login',
        message: expect.stringMatching(/Permission denied.*The next attempt is after 30 s/s),
      });
    expect(loginsSince(before)).toBe(1);
  });

  it('that is a jump host is asked by one of the machines behind it, for all of them', async () => {
    const stranger = join(place.directory, 'stranger');
    const behind = Array.from({ length: 12 }, (_, at): Machine => {
      const inner = daemon.machine('inner');
      return { ...inner, name: `inner${at}`, role: `inner${at}`, jumps: ['outer'] };
    });
    const own = reachOf({ keyFile: stranger }, behind);
    const before = daemon.said().length;
    const asked = [...behind, daemon.machine('outer')].map(({ name }) => open(own, name));
    const ends = await Promise.allSettled(asked);
    for (const [at, end] of ends.entries())
      expect(end.status === 'rejected' && end.reason).toMatchObject({
        problem: 'refused-login',
        message: expect.stringMatching(
          at < behind.length
            ? /is behind outer, where the login was refused: .*Permission denied.*The next attempt is after 30 s/s
            : /Permission denied.*The next attempt is after 30 s/s,
        ),
      });
    // The machine itself, and the first one behind it.
    expect(loginsSince(before)).toBe(2);
  });
});
