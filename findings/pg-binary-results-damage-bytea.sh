#!/usr/bin/env bash
# pg offers binary results (`binary: true`), but reads every field as UTF-8 text first: a bytea comes back damaged, and longer, without an error.
# For us: output of a run is read by COPY in its binary format, which pg hands on as it is (`server/store/postgres/copyOut.ts`).
set -euo pipefail
folder=$(mktemp -d)
programs=$(printf "%s\n" /usr/lib/postgresql/*/bin | tail -1)
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
const [text, values] = ['SELECT $1::bytea AS bytes', [Buffer.from('00417fc3a980ff', 'hex')]];
for (const binary of [false, true]) {
  const { rows } = await client.query({ text, values, binary });
  console.log(`binary: ${binary}:`, Buffer.from(rows[0].bytes).toString('hex'));
}
await client.end();
JS
found=$(node try.mjs)
expected=$(
  cat <<'TEXT'
binary: false: 00417fc3a980ff
binary: true: 00417fc3a9efbfbdefbfbd
TEXT
)
printf '%s\n%s\n%s\n' 'pg@8.23.1' "$("$programs/postgres" --version | cut -d. -f1)" "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
