/** Who runs a check that several servers are asked for. The database that decides is in `server/socket/severalServers.test.ts`. */
import { describe, expect, it } from 'vitest';
import type { Fleet } from '../fleet/fleet.ts';
import type { Claim, Running } from '../store/contract.ts';
import { headerOf } from '../store/testing.ts';
import { createClaims } from './claims.ts';

const machine = (name: string, address = name) => ({
  ...{ name, role: name, address, port: 22, user: 'me', keyFile: '' },
});
const fleet: Fleet = {
  ...{ name: 'office', source: 'live', knownHosts: '' },
  machines: [machine('backend'), machine('frontend')],
};
const header = headerOf({ day: 1, header: { fleet: 'office' } });

describe('a claim', () => {
  /** Claims, with what the database says of each run. */
  const claims = (others: ReadonlyMap<string, Promise<Running | string | undefined>> = new Map()) => {
    const asked: Claim[] = [];
    const began: string[] = [];
    const joined: string[] = [];
    const noted: string[] = [];
    const claim = createClaims(
      {
        async claim({ run }, wanted) {
          asked.push(wanted);
          return others.get(run);
        },
        join: (request) => noted.push(request),
      },
      (other) => joined.push(other.header.run),
    );
    const start = (one: typeof header, on = fleet) =>
      claim(one, on, `click of ${one.run}`, () => began.push(one.run));
    return { asked, began, joined, noted, start };
  };
  const other = (more: Partial<Running> & { readonly header: Running['header'] }) =>
    new Map([[header.run, Promise.resolve({ server: 2, bytes: 0, machines: '', ...more })]]);

  it('is one of a check and a fleet, and another click on this server joins it', async () => {
    const { asked, began, noted, start } = claims();
    const second = headerOf({ day: 2, header: { fleet: 'office' } });
    expect(await Promise.all([start(header), start(second)])).toEqual([
      { run: header.run, joined: false },
      { run: header.run, joined: true },
    ]);
    expect([began, noted]).toEqual([[header.run], [`click of ${second.run}`]]);
    await start(headerOf({ day: 3, header: { fleet: 'plant' } }), { ...fleet, name: 'plant' });
    expect(new Set(asked.map(({ once }) => once)).size).toBe(2);
  });

  it('begins in the order of the clicks, however the database answers', async () => {
    const slow = Promise.withResolvers<undefined>();
    const { began, start } = claims(new Map([[header.run, slow.promise]]));
    const second = headerOf({ day: 2, header: { check: 'second' } });
    const both = [start(header), start(second)];
    await Promise.resolve();
    slow.resolve(undefined);
    await Promise.all(both);
    expect(began).toEqual([header.run, second.run]);
  });

  it('of a click that came before is the run of then, and nothing begins', async () => {
    const { began, joined, start } = claims(new Map([[header.run, Promise.resolve('earlier run')]]));
    expect(await start(header)).toEqual({ run: 'earlier run', joined: true });
    expect([began, joined]).toEqual([[], []]);
  });

  it('that another server has is joined when it is the same run, and refused in one sentence when it only looks so', async () => {
    const first = claims();
    await first.start(header);
    const [{ machines } = { machines: '' }] = first.asked;
    const same = claims(other({ header: headerOf({ day: 0 }), machines }));
    expect(await same.start(header)).toMatchObject({ joined: true });
    expect([same.joined.length, same.began.length]).toEqual([1, 0]);
    const changed = headerOf({ day: 0, header: { checkHash: 'another' } });
    await expect(claims(other({ header: changed, machines })).start(header)).rejects.toThrow(
      'Another server runs a different version of c now, so this one was not started. Wait until that run has ended; the operator gives all servers the same content.',
    );
    const moved = { ...fleet, machines: [machine('backend', '192.0.2.7'), machine('frontend')] };
    await expect(
      claims(other({ header: headerOf({ day: 0 }), machines })).start(header, moved),
    ).rejects.toThrow(
      'Another server runs c now on a fleet that is also named office and has other machines, so this one was not started. The operator gives the two inventories different names.',
    );
    await expect(
      claims(new Map([[header.run, Promise.reject(new Error('gone'))]])).start(header),
    ).rejects.toThrow(
      'The run was not started: the database that keeps the records could not be asked whether another server runs this check. Try again in a moment.',
    );
  });
});
