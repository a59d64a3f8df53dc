/** Three small checks of no writeup, and what a person's terminal shows for them, for tests of pastes. */
import type { Check } from '../check/check.ts';
import { checkOf, onceStep } from '../testing.ts';

const WRITE_OUT = String.raw`-w '{"http":"%{http_code}","seconds":%{time_total}}\n'`;
const curl = (url: string) =>
  `curl --noproxy '*' --insecure -sS -v -o /dev/null --max-time 5 ${WRITE_OUT} ${url}`;
const url = 'https://192.0.2.20:9443/api/health';
const listening = onceStep('listening', 'ss -tln', { why: 'Something has to listen.' });

export const routed = `127.0.0.1 via 198.51.100.1 dev tun7 src 127.0.0.1 uid 1000
    cache`;

/** On the box itself: refused, while a socket listens. */
const own = checkOf(
  'own',
  [listening, onceStep('connect', curl(url), { documented: 'curl 192.0.2.20:9443' })],
  {
    values: {
      http: { from: 'json', step: 'connect', stream: 'stdout', path: 'http', as: 'text' },
      seconds: { from: 'json', step: 'connect', stream: 'stdout', path: 'seconds', as: 'float' },
      reason: {
        ...{ from: 'regex', step: 'connect', stream: 'stderr', as: 'text' },
        regex: String.raw`\*\D*192\.0\.2\.20\D+9443\b.* (Connection (?:refused|timed out)|No route to host)`,
      },
      sockets: {
        ...{ from: 'count', step: 'listening', stream: 'stdout' },
        regex: String.raw`LISTEN\s+\d+\s+\d+\s+(0\.0\.0\.0|192\.0\.2\.20|\*):9443\s+.*`,
      },
    },
    controls: [
      { holds: { kind: 'exit', step: 'listening', is: { eq: 0 } }, missing: 'ss did not work.' },
      { holds: { kind: 'value', value: 'sockets', is: { ge: 1 } }, missing: 'Nothing was listening.' },
      { holds: { kind: 'exit', step: 'connect', is: { oneOf: [0, 7, 28] } }, missing: 'No attempt.' },
    ],
    expect: [
      { kind: 'exit', step: 'connect', is: { eq: 7 } },
      { kind: 'value', value: 'reason', is: { eq: 'Connection refused' } },
      { kind: 'value', value: 'seconds', is: { lt: 1 } },
    ],
  },
);

/** The same request from another machine: answered. */
const far = checkOf(
  'far',
  [onceStep('connect', curl(url), { role: 'manager', documented: `curl --insecure ${url}` })],
  {
    values: { http: { from: 'json', step: 'connect', stream: 'stdout', path: 'http', as: 'text' } },
    expect: [
      { kind: 'exit', step: 'connect', is: { eq: 0 } },
      { kind: 'value', value: 'http', is: { eq: '200' } },
    ],
  },
);

const route = checkOf('route', [onceStep('lookup', 'ip route get 127.0.0.1')], {
  samples: [1, 2, 3].map((n) => ({ name: `${n}`, verdict: 'agrees', steps: { lookup: { stdout: routed } } })),
  expect: [
    {
      ...{ kind: 'lines', step: 'lookup', stream: 'stdout' },
      lines: [
        { regex: String.raw`127\.0\.0\.1 via 198\.51\.100\.1 dev tun7 src 127\.0\.0\.1( uid \d+)?` },
        { regex: String.raw`\s+cache.*`, times: 'optional' },
      ],
    },
    { kind: 'exit', step: 'lookup', is: { eq: 0 } },
  ],
});

const beside = checkOf('beside', [
  onceStep('port', "timeout 3 bash -c 'exec 3<>/dev/tcp/127.0.0.1/9443 && echo connected'"),
]);

export const checks: readonly Check[] = [own, far, route, beside];

export const listens = `State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess
LISTEN 0      128          0.0.0.0:22         0.0.0.0:*
LISTEN 0      2048         0.0.0.0:9443       0.0.0.0:*`;
export const refused = `*   Trying 192.0.2.20:9443...
* connect to 192.0.2.20 port 9443 failed: Connection refused
* Failed to connect to 192.0.2.20 port 9443 after 2 ms: Couldn't connect to server
* Closing connection 0
curl: (7) Failed to connect to 192.0.2.20 port 9443 after 2 ms: Couldn't connect to server`;
export const answered = `*   Trying 192.0.2.20:9443...
* Connected to 192.0.2.20 (192.0.2.20) port 9443 (#0)
* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384
> GET /api/health HTTP/1.1
> Host: 192.0.2.20:9443
>
< HTTP/1.1 200 OK
< content-type: application/json
<
{"status":"ok"}
* Connection #0 to host 192.0.2.20 left intact`;
export const ask = `curl -vk ${url}`;
