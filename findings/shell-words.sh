#!/usr/bin/env bash
# Three libraries that split a line into words like a shell, compared with sh itself. Only shlex is always right:
# shell-quote breaks a word at a continued line; string-argv ignores backslashes outside double quotes and handles only half of them inside.
# For us: inventories have such values (ansible_ssh_common_args), so a word-splitting library must pass these.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts shell-quote@1.12.0 string-argv@0.4.0 shlex@3.0.0
cat >try.mjs <<'JS'
import { spawnSync } from 'node:child_process';
import { parse } from 'shell-quote';
import { split } from 'shlex';
import { parseArgsStringToArgv } from 'string-argv';
const sh = (line) =>
  spawnSync('sh', ['-c', `for word in ${line}; do printf '%s|' "$word"; done`], { encoding: 'utf8' }).stdout;
const joined = (words) => words.map((word) => `${word}|`).join('');
for (const line of ['a\\ b', 'a\\\nb', '"a\\"b"'])
  console.log(
    JSON.stringify({
      ...{ line, sh: sh(line), shlex: joined(split(line)), shellQuote: joined(parse(line)) },
      stringArgv: joined(parseArgsStringToArgv(line)),
    }),
  );
JS
found=$(node try.mjs 2>/dev/null)
expected=$(
  cat <<'TEXT'
{"line":"a\\ b","sh":"a b|","shlex":"a b|","shellQuote":"a b|","stringArgv":"a\\|b|"}
{"line":"a\\\nb","sh":"ab|","shlex":"ab|","shellQuote":"a|b|","stringArgv":"a\\|b|"}
{"line":"\"a\\\"b\"","sh":"a\"b|","shlex":"a\"b|","shellQuote":"a\"b|","stringArgv":"a\\b|"}
TEXT
)
printf '%s\n%s\n' 'shell-quote@1.12.0 string-argv@0.4.0 shlex@3.0.0' "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
