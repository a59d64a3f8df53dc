/** What `config check` says about an inventory: as a table for a person, and as JSON. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { configVerb } from './config.ts';

const place = mkdtempSync('/tmp/vantage-check-');
afterAll(() => rmSync(place, { recursive: true, force: true }));
const hosts = join(place, 'hosts.ini');
const pins = join(place, 'known_hosts');
writeFileSync(
  hosts,
  `[jumps]
gw ansible_host=203.0.113.9 ansible_user=ops
[backend]
vm20 ansible_host="{{ net }}.20"
[frontend]
vm21 ansible_host="{{ nowhere }}"
[all:vars]
net=192.0.2
ansible_user=docs
ansible_ssh_common_args=-o StrictHostKeyChecking=no -o ProxyCommand="ssh -W %h:%p ops@203.0.113.9"
`,
);
writeFileSync(pins, 'gw ssh-ed25519 AAAA\n');
writeFileSync(join(place, 'key'), '', { mode: 0o600 });

async function check(...args: readonly string[]) {
  const [out, printed]: [string[], string[]] = [[], []];
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const context = { terminal: undefined, signal: new AbortController().signal, root };
  const outcome = await configVerb
    .run(['check', '--inventory', hosts, ...args], {
      ...{ ...context, out: (text) => out.push(text), print: (line) => printed.push(line) },
    })
    .catch((error: unknown) => (error as Error).message);
  return { outcome, out: out.join(''), printed: printed.join('\n') };
}
const fine = ['--roles', 'frontend=gw', '--identity', join(place, 'key')];

test('each role has its machine, each value its line, and each note what to write', async () => {
  const { outcome, out, printed } = await check(...fine);
  expect(outcome).toBe(0);
  expect(out.replaceAll(place, '').replace(/ +/g, ' ')).toContain(`
role frontend
 host gw --roles
 address 203.0.113.9 /hosts.ini:2 ansible_host
 port 22 default
 user ops /hosts.ini:2 ansible_user
 key /key --identity

role backend
 host vm20 the group backend
 address 192.0.2.20 /hosts.ini:4 ansible_host
 port 22 default
 user docs /hosts.ini:9 ansible_user
 key /key --identity
 jump gw /hosts.ini:10 ansible_ssh_common_args
`);
  expect(out).toContain('No machine plays the role manager');
  expect(printed).toContain(
    `No host key is pinned for vm20 (192.0.2.20), so nothing is sent to it. Write into ${pins}: \`vm20 ssh-ed25519 AAAA…\``,
  );
  expect(printed).not.toContain('pinned for gw');
  expect(printed).toContain(
    `${hosts}:10: StrictHostKeyChecking in ansible_ssh_common_args has no effect here.`,
  );
});

test('all of it is in the JSON', async () => {
  const { outcome, out, printed } = await check('--format', 'json', ...fine);
  expect([outcome, printed]).toEqual([0, 'The settings are valid.']);
  expect(JSON.parse(out)).toMatchObject({
    valid: true,
    machines: [
      { name: 'gw', role: 'frontend' },
      {
        ...{ name: 'vm20', role: 'backend' },
        facts: expect.arrayContaining([
          { name: 'jump', value: 'gw', from: `${hosts}:10 ansible_ssh_common_args` },
        ]),
      },
    ],
    unplayed: expect.arrayContaining([expect.stringContaining('the role manager')]),
    notes: expect.arrayContaining([expect.stringContaining('StrictHostKeyChecking')]),
    faults: [],
  });
});

test('what cannot be used is a fault with its line, in both', async () => {
  const fault = `${hosts}:6: expected ansible_host as a plain text, or of variables of this inventory, found a template with a variable that is not there: "{{ nowhere }}"`;
  expect((await check()).outcome).toContain(fault);
  const { outcome, out } = await check('--format=json');
  expect(outcome).toContain(fault);
  expect(JSON.parse(out)).toMatchObject({ valid: false, faults: [expect.stringContaining(fault)] });
  expect((await check('--format', 'yaml')).outcome).toBe(
    '--format: expected one of text, json; found "yaml".',
  );
});
