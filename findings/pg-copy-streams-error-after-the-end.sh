#!/usr/bin/env bash
# With `query_timeout`, a stream of pg-copy-streams that has ended whole and in time emits an error later, when that time is over: pg starts a
# clock for everything that it is asked, and stops it where it calls back, which these streams never let it do.
# For us: whoever removes the listener with the stream is ended by it. `server/store/postgres/copyOut.ts` is called back by pg instead.
set -euo pipefail
folder=$(mktemp -d)
programs=$(printf '%s\n' /usr/lib/postgresql/*/bin | tail -1)
as_nobody() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; else "$@"; fi; }
trap 'as_nobody "$programs/pg_ctl" -D "$folder/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$folder"' EXIT
[ "$(id -u)" != 0 ] || chown 65534:65534 "$folder"
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts pg@8.23.1 pg-copy-streams@7.0.0
as_nobody "$programs/initdb" -D "$folder/data" -U me --auth=trust --no-sync >/dev/null
as_nobody "$programs/pg_ctl" -D "$folder/data" -w -l "$folder/log" -o "-c listen_addresses= -c unix_socket_directories=$folder" start >/dev/null
cat >try.mjs <<'JS'
import pg from 'pg';
import { to } from 'pg-copy-streams';
const client = new pg.Client({ host: process.cwd(), user: 'me', database: 'postgres', query_timeout: 2000 });
await client.connect();
const started = performance.now();
const ms = () => performance.now() - started;
const stream = client.query(to('COPY (SELECT 1) TO STDOUT'));
const failed = new Promise((resolve) => stream.on('error', ({ message }) => resolve(message)));
const [answer] = await stream.toArray();
console.log(`answer ${JSON.stringify(String(answer))}, ended ${ms() < 1500 ? 'in time' : 'too late'}`);
// The connection goes on.
console.log(`next question: ${(await client.query('SELECT 2 AS two')).rows[0].two}`);
const nothing = new Promise((resolve) => setTimeout(resolve, 6000, 'none'));
const later = await Promise.race([failed, nothing]);
console.log(`error of the stream after its end: ${later}, ${ms() > 1900 ? 'when the time was over' : 'before'}`);
await client.end();
process.exit();
JS
found=$(node try.mjs)
expected='answer "1\n", ended in time
next question: 2
error of the stream after its end: Query read timeout, when the time was over'
printf '%s\n%s\n%s\n' "pg@8.23.1, pg-copy-streams@7.0.0, node $(node --version | cut -d. -f1)" "$("$programs/postgres" --version | cut -d. -f1)" "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
