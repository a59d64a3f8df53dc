#!/usr/bin/env bash
# `Range: bytes=-5` asks for the last five bytes of a file (RFC 9110, 14.1.2). sirv answers 206 with the first six.
# For us: no Range reaches it; a request with one is answered with the whole file.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts sirv@3.0.2
cat >try.mjs <<'JS'
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import sirv from 'sirv';
mkdirSync('site');
writeFileSync('site/digits.txt', '0123456789');
const server = createServer(sirv('site')).listen(0, '127.0.0.1', async () => {
  const address = `http://127.0.0.1:${server.address().port}/digits.txt`;
  for (const range of ['bytes=2-4', 'bytes=-5']) {
    const answer = await fetch(address, { headers: { range } });
    console.log(`${range}: ${answer.status} ${answer.headers.get('content-range')} ${await answer.text()}`);
  }
  server.close();
});
JS
found=$(node try.mjs 2>/dev/null)
expected=$(
  cat <<'TEXT'
bytes=2-4: 206 bytes 2-4/10 234
bytes=-5: 206 bytes 0-5/10 012345
TEXT
)
printf '%s\n%s\n' 'sirv@3.0.2' "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
