#!/usr/bin/env bash
# A description that ends in { loses it: tap-parser reads it as an older form of subtests, which TAP 14 does not have.
# No subtest begins, the count is right and nothing is reported, so the loss is silent. `curl -w %{` becomes `curl -w %`.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts tap-parser@18.3.4
cat >try.mjs <<'JS'
import { Parser } from 'tap-parser';
const names = [];
const parser = new Parser(({ ok, count }) => console.log(JSON.stringify({ ok, count, names })));
parser.on('assert', ({ name }) => names.push(name));
parser.end('TAP version 14\n1..3\nok 1 - curl -w %{\nok 2 - a block {\nok 3 - %{http_code}\n');
JS
found=$(node try.mjs 2>/dev/null)
expected=$(
  cat <<'TEXT'
{"ok":true,"count":3,"names":["curl -w %","a block","%{http_code}"]}
TEXT
)
printf '%s\n%s\n' 'tap-parser@18.3.4' "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
