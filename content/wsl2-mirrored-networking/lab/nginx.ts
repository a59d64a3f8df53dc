/**
 * A real nginx in front of the stand-in backend. Its first input line is {"host", "port", "key", "cert",
 * "arguments": {"upstream", "user"}}. Lives as long as its standard input is open, and as long as nginx does.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

process.title = 'nginxService';
const configuration = '/etc/nginx/nginx.conf';
const secrets = '/etc/nginx/tls.pem';

type Order = {
  readonly host: string;
  readonly port: number;
  readonly key: string;
  readonly cert: string;
  readonly arguments: { readonly upstream: string; readonly user: string };
};

const configurationFor = ({ host, port, arguments: { upstream, user } }: Order): string => `daemon off;
user ${user};
worker_processes 1;
pid /run/nginx.pid;
error_log stderr;
events { worker_connections 512; }
http {
  access_log off;
  server {
    listen ${host}:${port} ssl backlog=2048;
    ssl_certificate ${secrets};
    ssl_certificate_key ${secrets};
    location / {
      proxy_pass ${upstream};
      proxy_connect_timeout 3s;
      proxy_set_header Host $host;
    }
  }
}
`;

async function open(line: string): Promise<void> {
  const order = JSON.parse(line) as Order;
  // In the last one nginx keeps a log until it has read its configuration; before 1.19.5 no option names another place.
  for (const folder of ['/etc/nginx', '/var/lib/nginx', '/var/log/nginx'])
    mkdirSync(folder, { recursive: true });
  writeFileSync(configuration, configurationFor(order));
  writeFileSync(secrets, `${order.key}\n${order.cert}`, { mode: 0o600 });
  // With this process nginx is told to stop, whatever ends it.
  const nginx = ['--pdeathsig', 'TERM', '/usr/sbin/nginx', '-c', configuration];
  const child = spawn('setpriv', nginx, { stdio: ['ignore', 'ignore', 'inherit'] });
  child.on('exit', () => process.exit(1));
  const listens = () => spawnSync('ss', ['-tlnpH', `sport = :${order.port}`], { encoding: 'utf8' }).stdout;
  while (!listens().includes('"nginx"')) await pause(10);
  console.log('listening');
  input.on('close', () => {
    child.removeAllListeners('exit').on('exit', () => process.exit(0));
    child.kill('SIGTERM');
  });
}

const input = createInterface({ input: process.stdin }).once('line', (line) => void open(line));
