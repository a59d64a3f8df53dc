#!/usr/bin/env bash
# If one metric's collect function throws, metrics() rejects and a scrape gets nothing, not even the other metrics.
# For us: a collector omits what it cannot compute, and logs that once.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts prom-client@15.1.3
cat >try.mjs <<'JS'
import { Gauge, Registry } from 'prom-client';
const registers = [new Registry()];
new Gauge({ name: 'well', help: 'is there', registers }).set(1);
const failing = { name: 'failing', help: 'cannot be computed', registers };
new Gauge({ ...failing, collect() { throw new Error('no such folder'); } });
await registers[0].metrics().then(console.log, (error) => console.log(`rejected: ${error.message}`));
JS
found=$(node try.mjs 2>/dev/null)
expected=$(
  cat <<'TEXT'
rejected: no such folder
TEXT
)
printf '%s\n%s\n' 'prom-client@15.1.3' "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
