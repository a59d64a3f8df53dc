#!/usr/bin/env bash
# ssh reads keywords in any case, and the first value of each counts (ssh_config(5)). compute() of ssh-config keeps one value for each
# spelling of a keyword: HostName returns the value of the last block, where ssh uses the first.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts ssh-config@5.3.0
cat >try.mjs <<'JS'
import SSHConfig from 'ssh-config';
const text = 'Host web\n  Hostname first.example\nHost *\n  HostName second.example\n';
console.log(JSON.stringify(SSHConfig.parse(text).compute('web')));
JS
found=$(node try.mjs 2>/dev/null)
expected=$(
  cat <<'TEXT'
{"Host":"web","Hostname":"first.example","HostName":"second.example"}
TEXT
)
printf '%s\n%s\n' 'ssh-config@5.3.0' "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
