#!/usr/bin/env bash
# zod's toJSONSchema writes the pattern of a regular expression without its flags. With /i the JSON Schema refuses what zod accepts, and an
# editor marks a valid line as wrong. For us: schemas for editors are made so; a pattern of ours says [a-zA-Z] and has no flag.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts zod@4.6.7 ajv@8.20.0
cat >try.mjs <<'JS'
import { Ajv } from 'ajv';
import * as z from 'zod/mini';
const schema = z.string().check(z.regex(/^#[0-9a-f]{6}$/i));
const json = z.toJSONSchema(schema, { target: 'draft-7' });
const accepts = new Ajv().compile(json);
for (const colour of ['#1d4c9a', '#1D4C9A'])
  console.log(JSON.stringify({ colour, zod: schema.safeParse(colour).success, jsonSchema: accepts(colour) }));
console.log(json.pattern);
JS
found=$(node try.mjs)
expected=$(
  cat <<'TEXT'
{"colour":"#1d4c9a","zod":true,"jsonSchema":true}
{"colour":"#1D4C9A","zod":true,"jsonSchema":false}
^#[0-9a-f]{6}$
TEXT
)
printf '%s\n%s\n' 'zod@4.6.7 ajv@8.20.0' "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
