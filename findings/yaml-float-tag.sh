#!/usr/bin/env bash
# `!!float 1` is the number 1 in the core schema of YAML 1.2. yaml gives the text "1", with a warning; js-yaml gives the number.
# `!!float 1.0` is a number for both. So the same file has a number or a text, depending on the library.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts yaml@2.9.1 js-yaml@5.5.0
cat >try.mjs <<'JS'
import * as jsYaml from 'js-yaml';
import * as yaml from 'yaml';
for (const text of ['!!float 1', '!!float 1.0', '!!int 1'])
  console.log(`${text}: yaml ${JSON.stringify(yaml.parse(text))}, js-yaml ${JSON.stringify(jsYaml.load(text))}`);
JS
found=$(node try.mjs 2>/dev/null)
expected=$(
  cat <<'TEXT'
!!float 1: yaml "1", js-yaml 1
!!float 1.0: yaml 1, js-yaml 1
!!int 1: yaml 1, js-yaml 1
TEXT
)
printf '%s\n%s\n' 'yaml@2.9.1 js-yaml@5.5.0' "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
