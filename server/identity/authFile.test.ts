import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAuthFile } from './authFile.ts';
import { oidcFileSchema, proxyFileSchema, tokenFileSchema } from './authSchema.ts';
import { isLoopback, parseAuthChoice, authWarning } from './authMode.ts';
import { isListed } from '../auth/proxy.ts';
import { hashOf, newToken } from './token.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'vantage-auth-'));
  file = join(directory, 'auth.yaml');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));
const write = (text: string) => writeFileSync(file, text, { mode: 0o600 });
const hash = hashOf(newToken());
const token = (rights: string) => `tokens:\n  - name: ada\n    rights: [${rights}]\n    hash: ${hash}\n`;

describe('the file of rights', () => {
  it.each([
    [
      `tokens:\n  - name: ada\n    rights: [run]\n    hash: ${hash}`,
      tokenFileSchema,
      ':3:',
      'expected one of view, run:read',
    ],
    [
      'tokens:\n  - name: ada\n    rights: [view]\n    hash: vantage_abc',
      tokenFileSchema,
      ':4:',
      'vantage token new',
    ],
    [
      `${token('view')}${token('view').split('\n').slice(1).join('\n')}`,
      tokenFileSchema,
      ':2:',
      'each name once',
    ],
    ['tokens: []\nextra: 1', tokenFileSchema, ':2:', 'found "extra"'],
    [
      'tokens:\n  - name: "a\\nb"\n    rights: []\n    hash: x',
      tokenFileSchema,
      ':2:',
      'at most 128 characters, none of them a control character',
    ],
    ['proxy:\n  userHeader: x-forwarded-user', proxyFileSchema, ':2:', 'peers: [127.0.0.1]'],
    ['proxy:\n  peers: []\n  userHeader: x-forwarded-user', proxyFileSchema, ':2:', 'could say who they are'],
    ['proxy:\n  userHeader: x-user\n  peers: [0.0.0.0/0]', proxyFileSchema, ':3:', 'an address or a network'],
    ['proxy:\n  userHeader: x-user\n  peers: [proxy.example]', proxyFileSchema, ':3:', 'never a name'],
    ['proxy:\n  userHeader: X-User\n  peers: [127.0.0.1]', proxyFileSchema, ':2:', 'small letters'],
    [
      'oidc:\n  issuer: http://sso.example.org\n  clientId: a',
      oidcFileSchema,
      ':2:',
      'expected an https address',
    ],
    [
      'oidc:\n  issuer: https://sso.example.org\n  clientId: a\n  clientSecret: s',
      oidcFileSchema,
      ':4:',
      'found "clientSecret"; nearest: clientSecretEnv',
    ],
    [
      'oidc:\n  issuer: https://sso.example.org\n  clientId: a\n  scope: profile',
      oidcFileSchema,
      ':4:',
      'openid',
    ],
    ['tokens: &a []\nsessions: *a', tokenFileSchema, ':1:', 'anchors'],
  ] as const)('at fault is refused with the line and what to write: %j', (text, schema, line, modeOf) => {
    write(text);
    expect(() => openAuthFile(file, schema, () => {})).toThrow(`${file}${line}`);
    expect(() => openAuthFile(file, schema, () => {})).toThrow(modeOf);
  });
  it('that others may write is refused, with the command that mends it', () => {
    write(token('view'));
    chmodSync(file, 0o666);
    expect(() => openAuthFile(file, tokenFileSchema, () => {})).toThrow(`chmod 600 ${file}`);
  });
  it('that is not there is refused', () => {
    expect(() => openAuthFile(file, tokenFileSchema, () => {})).toThrow('cannot be read (ENOENT)');
  });
  it('is read again when it changes; broken twice, it lets nobody in; mended, it does', () => {
    write(token('view'));
    const said: string[] = [];
    const open = openAuthFile(file, tokenFileSchema, (message) => void said.push(message));
    const rights = () => open.get()?.tokens[0]?.rights;
    open.reload();
    expect([rights(), said]).toEqual([['view'], []]);
    write(token('view, admin'));
    open.reload();
    expect(rights()).toEqual(['view', 'admin']);
    write('tokens: [');
    open.reload();
    expect(rights()).toEqual(['view', 'admin']);
    open.reload();
    expect(rights()).toBeUndefined();
    open.reload();
    expect(said.length).toBe(2);
    expect(said[1]).toContain(`${file}:1:`);
    write(token('run:read'));
    open.reload();
    expect(rights()).toEqual(['run:read']);
    rmSync(file);
    open.reload();
    open.reload();
    expect(rights()).toBeUndefined();
  });
});

describe('the list of proxies', () => {
  it('holds exactly what it names', () => {
    const peers = ['127.0.0.1', '10.1.2.0/24', '2001:db8::/32'];
    expect(['127.0.0.1', '10.1.2.255', '2001:db8::7'].every((one) => isListed(peers, one))).toBe(true);
    expect(
      ['127.0.0.2', '10.1.3.0', '2001:db9::1', '', 'localhost'].some((one) => isListed(peers, one)),
    ).toBe(false);
  });
  it('that is empty holds nobody', () => expect(isListed([], '127.0.0.1')).toBe(false));
});

describe('the mode', () => {
  const asked = { auth: undefined, file: undefined, host: '127.0.0.1', origins: [] };
  const send = (more: Partial<Parameters<typeof parseAuthChoice>[0]>) => {
    const choice = parseAuthChoice({ ...asked, ...more });
    return 'message' in choice ? choice.message : choice.mode;
  };
  it('is local unless another one is chosen', () => expect(send({})).toBe('local'));
  it.each(['0.0.0.0', '::', '192.0.2.1', 'docs.example.org'])(
    'local does not open %s, and says what to choose',
    (host) =>
      expect(send({ host })).toMatch(/everybody there could run the checks.*--auth token --auth-file FILE/),
  );
  it('of any other kind needs its file', () => {
    for (const auth of ['token', 'proxy', 'oidc']) {
      expect(send({ auth })).toContain('needs --auth-file');
      expect(send({ auth, file: 'f' })).toBe(auth);
      expect(send({ auth, file: 'f', host: '0.0.0.0' })).toBe(auth);
    }
    expect(send({ file: 'f' })).toContain('say which');
    expect(send({ auth: 'none' })).toContain('local, token, proxy, oidc');
  });
  it('with names never goes over plain http to another machine', () => {
    expect(send({ auth: 'token', file: 'f', origins: ['http://docs.example.org'] })).toContain('plain http');
    expect(send({ auth: 'token', file: 'f', origins: ['https://docs.example.org', 'http://[::1]:1'] })).toBe(
      'token',
    );
  });
  it('local behind a proxy is warned about', () => {
    expect(authWarning({ mode: 'local' }, ['https://docs.example.org'])).toContain('may run everything');
    expect(authWarning({ mode: 'local' }, ['http://127.0.0.1:1'])).toBeUndefined();
  });
  it('knows its own machine', () => {
    expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true);
    expect(['0.0.0.0', '::', '10.0.0.1', 'localhost.evil', '127.0.0.1.evil', ''].some(isLoopback)).toBe(
      false,
    );
  });
});
