#!/usr/bin/env bash
# pg makes one string of each value, hexadecimal for a bytea. From 128 KiB on V8 gives each string memory of its own from the system: the same
# 40 MiB cost several times the processor time as rows of 256 KiB than cut into rows of 32 KiB by the statement.
# For us: output of other servers is read by COPY, whose answer pg hands on as bytes (`server/store/postgres/copyOut.ts`).
set -euo pipefail
folder=$(mktemp -d)
programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | tail -1)
as_nobody() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi; }
trap 'as_nobody "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
[ "$(id -u)" != 0 ] || chown 65534:65534 "$folder"
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts pg@8.23.1
as_nobody "$programs/initdb" -D "$folder/data" -U me --auth=trust --no-sync >/dev/null
as_nobody "$programs/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-c listen_addresses= -c unix_socket_directories=$folder" start >/dev/null
cat >try.mjs <<'JS'
import pg from 'pg';
const client = new pg.Client({ host: process.cwd(), user: 'me', database: 'postgres' });
await client.connect();
await client.query('CREATE TABLE log (number integer, bytes bytea); ALTER TABLE log ALTER bytes SET STORAGE EXTERNAL');
const frame = Buffer.alloc(256 * 1024, 'one line after the other\n');
for (let number = 0; number < 160; number += 1)
  await client.query('INSERT INTO log VALUES ($1, $2)', [number, frame]);
const whole = 'SELECT bytes FROM log WHERE number = $1';
const pieces = `SELECT substring(bytes FROM piece * 32768 + 1 FOR 32768) AS bytes
  FROM log, generate_series(0, 7) AS piece WHERE number = $1 ORDER BY piece`;
async function spent(text) {
  const before = process.cpuUsage();
  for (let number = 0; number < 160; number += 1) {
    const { rows } = await client.query(text, [number]);
    if (!Buffer.concat(rows.map(({ bytes }) => bytes)).equals(frame)) throw new Error('other bytes');
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
const ratios = [];
for (let turn = 0; turn < 5; turn += 1) {
  const [long, short] = [await spent(whole), await spent(pieces)];
  console.error(`rows of 256 KiB: ${long.toFixed(0)} ms of the processor, pieces of 32 KiB: ${short.toFixed(0)} ms`);
  ratios.push(long / short);
}
console.log(ratios.sort((one, other) => one - other)[2] > 2 ? 'more than twice as much' : 'less than twice as much');
await client.end();
JS
found=$(node try.mjs)
expected='more than twice as much'
printf '%s\n%s\n%s\n' "pg@8.23.1, node $(node --version | cut -d. -f1)" "$("$programs/postgres" --version | cut -d. -f1)" "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
