import { afterAll, describe, expect, it } from 'vitest';
import { checkOf, onceStep as step } from '../../src/core/testing.ts';
import type { Check } from '../../src/core/check/check.ts';
import type { Credentials } from '../fleet/credentials.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { localTransport } from '../agent/local.ts';
import { runOnce as takeOver, type RunOptions } from './testing.ts';

const transport = localTransport();
afterAll(() => transport.close());

const machine = { name: 'here', role: 'backend', address: '127.0.0.1', port: 22, user: 'root', keyFile: '' };
const fleet: Fleet = { name: 'here', source: 'live', machines: [machine], knownHosts: '' };
const made = (steps: readonly object[]): Check =>
  checkOf('a-check', steps, { expect: [{ kind: 'exit', step: 'first', is: { eq: 0 } }] });

const take = (check: Check, how: RunOptions = {}) => takeOver({ transport, fleet }, check, how);

describe('a check that logs in', () => {
  const credentials = {
    of: 'shop',
    documented: { user: 'admin', password: 'admin' },
    secret: ['password'],
  };
  const input = '{"user":{user:json},"password":{password:json}}';
  const login = made([
    step('first', 'read -r line; printf "%s" "$line"; printf "%s" "$line" | base64 >&2', {
      input,
      credentials,
    }),
  ]);
  const own = (fields: Record<string, string>): Credentials => ({
    kind: 'of-operator',
    sets: new Map([['shop', new Map(Object.entries(fields))]]),
  });

  it('in the lab sends the documented credentials, which everybody knows', async () => {
    const { text } = await take(login);
    expect(JSON.parse(text('stdout'))).toEqual({ user: 'admin', password: 'admin' });
  });
  it("on real machines sends the operator's as one JSON text, and hides the password in every encoding", async () => {
    const password = `a "quoted" \\ pass{word}`;
    const { judgement, text } = await take(login, { credentials: own({ user: 'docs', password }) });
    expect(judgement.verdict).toBe('agrees');
    expect(text('stdout')).toBe('{"user":"docs","password":"‹password›"}');
    expect(text('stderr')).toContain('‹password›');
    const seen = Buffer.from(text('stderr').replace(/‹password›/g, ''), 'base64').toString();
    expect(seen).not.toContain('quoted');
  });
  it('hides the password from the first step on, also before the login', async () => {
    const password = 'correct horse battery';
    const steps = [
      step('first', `echo ${password}`),
      step('login', 'cat >/dev/null', { input, credentials }),
    ];
    const { text } = await take(made(steps), { credentials: own({ user: 'docs', password }) });
    expect(text('stdout')).toBe('‹password›\n');
  });
  it('on real machines without credentials is inconclusive, sends nothing, and says what the operator has to write', async () => {
    const { judgement, told } = await take(login, {
      credentials: { kind: 'of-operator', sets: new Map() },
    });
    expect(judgement.verdict).toBe('inconclusive');
    expect(judgement.problem).toEqual({
      kind: 'no-credentials',
      step: 'first',
      message:
        '`first` logs in, and this server has no credentials `shop` (user, password) for real machines. Nothing was sent. Its operator names them with --credentials FILE, or in VANTAGE_CREDENTIAL_SHOP_USER and VANTAGE_CREDENTIAL_SHOP_PASSWORD.',
    });
    expect(told.map(({ kind }) => kind)).toEqual(['step-failed']);
  });
});
