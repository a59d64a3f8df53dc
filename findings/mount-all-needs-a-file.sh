#!/usr/bin/env bash
# `mount --all --fstab` reads a table from a file, and refuses the same text from a pipe as "failed to parse", though findmnt of the
# same package, with `--tab-file`, reads the pipe.
# For us: the lab mounts all that a machine needs in one program, and writes the table into the machine's root first (build.sh).
set -euo pipefail
[ "$(dpkg-query -W -f '${Version}' mount)" = 2.38.1-5+deb12u3 ] || echo 'This was seen with mount 2.38.1-5+deb12u3; here is another.' >&2
table='none /mnt tmpfs size=64k 0 0'
try() { unshare --user --map-root-user --mount sh -c "$1" 2>&1; }
found=$(
  echo "findmnt, pipe: $(printf '%s\n' "$table" | findmnt --tab-file /dev/stdin -no TARGET)"
  echo "mount, pipe: $(try "printf '%s\n' '$table' | mount --all --fstab /dev/stdin; findmnt -no FSTYPE /mnt" | sed 's/^mount: [^ ]* //')"
  echo "mount, file: $(try "f=\$(mktemp); printf '%s\n' '$table' >\$f; mount --all --fstab \$f; findmnt -no FSTYPE /mnt; rm \$f")"
)
expected='findmnt, pipe: /mnt
mount, pipe: failed to parse
mount, file: tmpfs'
printf '%s\n%s\n' "mount $(dpkg-query -W -f '${Version}' mount)" "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
