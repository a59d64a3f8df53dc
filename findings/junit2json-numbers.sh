#!/usr/bin/env bash
# junit2json converts every attribute that begins like a number, even names: a test called 08443 becomes 8443, and 1.10 becomes 1.1.
# An exponent or prefix changes the number: time="1e3" reads as 1 second, a name 0x10 as 0.
# For us: reports in JUnit form write seconds with three decimals, so no exponent.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts junit2json@4.0.0
cat >try.mjs <<'JS'
import { parse } from 'junit2json';
for (const text of ['08443', '1.10', '1e3', '0x10', '6 ms']) {
  const suite = await parse(`<testsuite name="s"><testcase name="${text}" time="${text}"/></testsuite>`);
  const [{ name, time }] = suite.testcase;
  console.log(`${text}: name ${JSON.stringify(name)}, time ${JSON.stringify(time)}`);
}
JS
found=$(node try.mjs 2>/dev/null)
expected=$(
  cat <<'TEXT'
08443: name 8443, time 8443
1.10: name 1.1, time 1.1
1e3: name 1, time 1
0x10: name 0, time 0
6 ms: name "6 ms", time "6 ms"
TEXT
)
printf '%s\n%s\n' 'junit2json@4.0.0' "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
