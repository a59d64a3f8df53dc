/** The files of `ops/` for tests, and nginx with its site in a folder of its own: every address in it is a socket in there. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const opsText = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../ops/${name}`, import.meta.url)), 'utf8');

export const nginx = '/usr/sbin/nginx';

/** A site of nginx with TLS, for `nginxIn(place)`: what each location of the port passes on to. */
export function tlsSite(place: string, port: number, locations: Readonly<Record<string, string>>): string {
  const headers = 'Host $http_host;Upgrade $http_upgrade;Connection $upgraded'.split(';');
  const set = headers.map((header) => `proxy_set_header ${header};`).join(' ');
  const passed = Object.entries(locations).map(
    ([path, target]) => `location ${path} { proxy_pass ${target}; proxy_http_version 1.1; ${set} }`,
  );
  return `server { listen 127.0.0.1:${port} ssl; ssl_certificate ${place}/fullchain.pem; ssl_certificate_key ${place}/privkey.pem; ${passed.join(' ')} }`;
}

/** The same, for the site before three servers: nginx at `port`, without TLS, and the servers at these ports. */
export function balancerIn(place: string, port: number, servers: readonly number[]): readonly string[] {
  const site = opsText('nginx-balancer.conf')
    .replace(/192\.0\.2\.1(\d):8914/g, (_, nth) => `127.0.0.1:${servers[Number(nth) - 1]}`)
    .replace('listen 443 ssl http2', `listen 127.0.0.1:${port}`)
    .replace(/ssl_.*\n/g, '\n');
  return nginxIn(place, () => site);
}

/** Writes a certificate, the site and the configuration around it, and returns the arguments of nginx. `site` says where the site is not as in `ops/`. */
export function nginxIn(place: string, site = (text: string): string => text): readonly string[] {
  const [key, certificate] = [join(place, 'privkey.pem'), join(place, 'fullchain.pem')];
  const request = 'req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=docs.example.org'.split(' ');
  execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], { stdio: 'ignore' });
  writeFileSync(
    join(place, 'site.conf'),
    site(opsText('nginx.conf').replaceAll('/etc/ssl/vantage/', `${place}/`)),
  );
  mkdirSync(join(place, 'logs'));
  const kept = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${place}/${name};`,
  );
  writeFileSync(
    join(place, 'nginx.conf'),
    [
      // The folder of a test belongs to who runs it, and so do the workers.
      ...(process.getuid?.() === 0 ? ['user root;'] : []),
      `pid ${place}/pid;`,
      'error_log stderr;',
      'worker_processes 1;',
      'events { worker_connections 8192; }',
      'http {',
      '  access_log off;',
      ...kept,
      "  map $http_upgrade $upgraded { default upgrade; '' ''; }",
      `  include ${place}/site.conf;`,
      '}',
      '',
    ].join('\n'),
  );
  return ['-p', place, '-c', join(place, 'nginx.conf')];
}
