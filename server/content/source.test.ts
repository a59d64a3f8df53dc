// What the owners of the limitation wrote, kept on the page: their tables cell by cell, their commands to the character, their dates, versions and issues.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadContent } from './load.ts';

const content = fileURLToPath(new URL('../../content', import.meta.url));
const loaded = (await loadContent(content)).find(({ id }) => id === 'wsl2-mirrored-networking');
if (loaded === undefined) throw new Error('expected the writeup');
const page = readFileSync(loaded.file, 'utf8');

/** The cells that a check shows in a table of the page. */
const cellsOf = (id: string): readonly (string | undefined)[] => {
  const documented = loaded.checks.get(id)?.check.documented;
  return [documented?.check, documented?.result];
};
/** The rows below this heading of a Markdown table, without the line of dashes. */
const tableBelow = (heading: string): readonly (readonly string[])[] =>
  (page.split(`\n${heading}\n`)[1] ?? '')
    .split('\n## ')[0]
    ?.split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('| -'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ) ?? [];

const within = ['Connect from within .20 (127.0.0.1 or 172.16.168.20)', '❌ Connection refused'];
const outside = ['Connect from .19, .21, or any other VM', '✅ Works normally'];
const frontend = ['Frontend (.21) → Backend (.20) API calls', '✅ Works normally'];

test.each([
  ['ss-listen', '`ss -tlnp | grep 8443`', '`LISTEN 0 2048 0.0.0.0:8443` (socket exists)'],
  ['tcpdump-lo', '`tcpdump -i lo port 8443`', '**0 packets** (traffic bypasses lo)'],
  ['tcpdump-any', '`tcpdump -i any port 8443`', '**0 packets** (goes through loopback0)'],
  ['route-lookup', '`ip route get 127.0.0.1`', 'Via `loopback0` → Windows host'],
  ['curl-from-manager', '`curl` from .19 → .20:8443', 'TLS handshake + 200 OK'],
])('the table of evidence has the row of %s as it was written', (id, ...cells) => {
  expect(cellsOf(id)).toEqual(cells);
});

test('the table of evidence has these five rows, in this order', () =>
  expect(page).toContain(
    "## Evidence\n\n<Evidence checks={['ss-listen', 'tcpdump-lo', 'tcpdump-any', 'route-lookup', 'curl-from-manager']} />",
  ));

test('the table of impact has its rows as they were written', () =>
  expect(tableBelow('## Impact')).toEqual([
    ['Scenario', 'Status'],
    within,
    outside,
    frontend,
    ['Production use', '✅ Unaffected'],
  ]));

test.each([
  ['self-loopback', within],
  ['self-own-address', within],
  ['manager-to-backend', outside],
  ['frontend-to-backend', outside],
  ['frontend-api-call', frontend],
])('the check %s documents the same as its row of the table of impact', (id, cells) =>
  expect(cellsOf(id)).toEqual(cells),
);

test.each([
  '```bash\n$ ip route get 127.0.0.1\n127.0.0.1 via 169.254.73.152 dev loopback0 table 127 src 127.0.0.1\n```\n',
  `\`\`\`bash
# Health check
ssh autobot@172.16.168.19 'curl --insecure https://172.16.168.20:8443/api/health'

# Authenticated endpoint
TOKEN=$(ssh autobot@172.16.168.19 'curl --insecure -s -X POST \\
  https://172.16.168.20:8443/api/auth/login \\
  -H "Content-Type: application/json" \\
  -d "{\\"username\\":\\"admin\\",\\"password\\":\\"admin\\"}" \\
  | python3 -c "import sys,json; print(json.load(sys.stdin)[\\"token\\"])"')

ssh autobot@172.16.168.19 "curl --insecure -s \\
  https://172.16.168.20:8443/api/knowledge_base/categories/main \\
  -H 'Authorization: Bearer $TOKEN'"
\`\`\`
`,
  '```yaml\n# autobot-slm-backend/ansible/roles/backend/defaults/main.yml\nbackend_host: "172.16.168.20"  # eth2 only, instead of 0.0.0.0\n```\n',
  '```ini\n[wsl2]\nnetworkingMode=nat\n```\n',
])('a block is on the page to the character: %s', (block) => expect(page).toContain(block));

test.each([
  '**TL;DR**: The backend at `172.16.168.20:8443` **cannot be reached from within .20 itself**. Always test backend connectivity **from another VM** (e.g., .19 or .21).',
  'to `127.0.0.1:8443` or `172.16.168.20:8443`. It fails at once with `ECONNREFUSED`',
  '`ss -tlnp` shows the uvicorn socket in state `LISTEN`',
  'Windows has no listener on port 8443, so it refuses the connection immediately.',
  'every legitimate client connects via 172.16.168.x',
  'title="Bind uvicorn to eth2 only (simplest)"',
  'title="nginx reverse proxy on .20"',
  'title="Disable WSL2 mirrored networking"',
  'Edit `C:\\Users\\<user>\\.wslconfig` on the Windows host',
  '`wsl --shutdown`',
  '### Recommended: No change needed',
  'Discovered during the investigation of Issue #910 (2026-02-17).',
  'introduced in Windows 11 build 22621+ to share the network adapters of Windows with WSL2',
  'See Issue #914.',
])('a fact is on the page: %s', (fact) => expect(page).toContain(fact));

test('the front matter has the day and the issues that the writeup names', () =>
  expect(loaded.writeup.lifecycle).toMatchObject({
    firstSeen: '2026-02-17',
    upstream: ['Issue #910', 'Issue #914'],
    lastReproduced: { on: '2026-02-17' },
  }));
