#!/usr/bin/env bash
# `docker exec` of a program that the container lacks: the daemon writes the runtime's error into the stream of standard OUTPUT of the
# command, and the client ends with 126; stderr is empty. That no such container is there is said on stderr, with 1. So whoever reads
# only stderr takes the first for a command that ran and printed something. (A shell would say it on stderr, with 127.)
# For us: the judge reads both streams of a step `inside` a container where its exit status is 126 or 127.
set -euo pipefail
folder=$(mktemp -d)
daemon=
trap '[ -z "$daemon" ] || { kill "$daemon"; wait "$daemon" 2>/dev/null || true; }; rm -rf "$folder"' EXIT
cd "$folder"
packages='docker.io=20.10.24+dfsg1-1+deb12u1+b6 containerd=1.6.20~ds1-1+deb12u3 runc=1.1.5+ds1-1+deb12u1 busybox-static=1:1.35.0-4+deb12u1+b1'
# shellcheck disable=SC2086
apt-get download -qq $packages 2>/dev/null
for file in ./*.deb; do dpkg-deb -x "$file" tree; done
export PATH="$folder/tree/usr/bin:$folder/tree/usr/sbin:$PATH" DOCKER_HOST="unix://$folder/socket"
mkdir -p image/bin
cp tree/bin/busybox image/bin/
ln -s busybox image/bin/sleep
cp -a /etc etc
# Its key and its plugins would be left in /etc and /run.
unshare --net --mount sh -c 'mount --bind etc /etc; mount -t tmpfs none /run; exec dockerd "$@"' sh -H "$DOCKER_HOST" --data-root "$folder/data" --exec-root "$folder/run" -p "$folder/pid" \
  --bridge=none --iptables=false --ip6tables=false --storage-driver=vfs >log 2>&1 &
daemon=$!
for _ in $(seq 100); do docker version >/dev/null 2>&1 && break || sleep 0.2; done
tar -C image -c . | docker import - tiny:1 >/dev/null
docker run -d --network none --name box tiny:1 /bin/sleep 60 >/dev/null
said() { # exit status, and what the first line of each stream begins with
  status=0
  "$@" >out 2>err || status=$?
  printf '%s, stdout "%s", stderr "%s"\n' "$status" "$(head -1 out | cut -c1-23)" "$(head -1 err | cut -c1-24)"
}
found=$(said docker exec box nothing-of-this-name; said docker exec no-such-box true)
docker rm -f box >/dev/null
expected='126, stdout "OCI runtime exec failed", stderr ""
1, stdout "", stderr "Error: No such container"'
printf '%s\n%s\n' "$packages" "$found"
[ "$found" = "$expected" ] || { printf 'This has changed. It was:\n%s\n' "$expected" && exit 1; }
