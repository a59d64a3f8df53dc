#!/usr/bin/env bash
# xterm shows nothing for bytes that are not UTF-8, not even a replacement character, so a reader does not see that something was there.
# TextDecoder shows one for each. For us: we decode before writing to a terminal, so the character is shown.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm install --silent --no-audit --no-fund --ignore-scripts @xterm/headless@6.0.0
cat >try.mjs <<'JS'
import xterm from '@xterm/headless';
const bytes = new Uint8Array([0x61, 0xff, 0xc3, 0x28, 0x62]);
const terminal = new xterm.Terminal({ cols: 20, rows: 2, allowProposedApi: true });
terminal.write(bytes, () => {
  const shown = terminal.buffer.active.getLine(0).translateToString(true);
  console.log(JSON.stringify({ xterm: shown, textDecoder: new TextDecoder().decode(bytes) }));
});
JS
found=$(node try.mjs 2>/dev/null)
expected=$(
  cat <<'TEXT'
{"xterm":"a(b","textDecoder":"a��(b"}
TEXT
)
printf '%s\n%s\n' '@xterm/headless@6.0.0' "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
