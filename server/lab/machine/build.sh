#!/bin/bash
# Builds the root of one machine inside its own namespaces and becomes its pid 1. Started by machineProcess.ts, which prepares
# the folders, links and files of <seed>; networking is left to ../network.ts. A process costs milliseconds, so there are few.
# Its programs are those below <root>: / for this host, or the tree of another release.
# usage: build.sh <empty directory> <seed> <host name> <root> [<node> <service script>…]
set -euo pipefail
export PATH=/usr/sbin:/usr/bin
new=$1 seed=$2 name=$3 root=${4%/}
trap 'echo "machine $name: line $LINENO failed: $BASH_COMMAND" >&2' ERR

hostname "$name"
mount -t tmpfs -o mode=755,nodev,size=96m,nr_inodes=32k lab "$new"
cp -R --preserve=mode,ownership "$seed/." "$new/"
cd "$new"
if [ -n "$root" ]; then mkdir -p var/lib/dpkg; fi
copied=(etc/alternatives etc/ld.so.cache)
if [ -f "$root/etc/ssl/openssl.cnf" ]; then copied+=(etc/ssl/openssl.cnf); fi
(cd "$root/" && cp -a --no-preserve=ownership --parents "${copied[@]}" "$new/")
# sudo insists that it and its plugins belong to root: in an ordinary user's lab the host's files belong to nobody.
install -m 4755 "$root/usr/bin/sudo" opt/sudo/sudo
if [ -d "$root/usr/libexec/sudo" ]; then cp -R --no-preserve=ownership "$root/usr/libexec/sudo" opt/sudo/libexec; fi

# The programs are those of the root, read-only; nosuid, because of all setuid programs only our own copy of sudo may work.
mount --rbind "$root/usr" usr
mapfile -t mounted </proc/self/mountinfo
for line in "${mounted[@]}"; do
  read -r _ _ _ _ point options _ <<<"$line"
  printf -v point %b "$point"
  case $point in "$new/usr" | "$new/usr/"*) mount -o "remount,bind,${options/#rw/ro},nosuid" "$point" ;; esac
done

# Everything else is mounted by one program.
here=${new// /\\040}
over() { printf '%s %s/%s none bind%s 0 0\n' "$1" "$here" "$2" "${3:-}"; }
mounts() {
  for hidden in local src; do
    # On a machine on which an operator is going to install the gate, root may write there.
    closed=,ro
    if [ -f etc/lab-bare ] && [ "$hidden" = local ]; then closed=''; fi
    if [ -d "usr/$hidden" ]; then over "$here/opt/$hidden" "usr/$hidden" "$closed,nodev,nosuid"; fi
  done
  # The packages of another release are its own; those of this host are nobody's business.
  if [ -n "$root" ]; then over "${root// /\\040}/var/lib/dpkg" var/lib/dpkg ,ro,nodev,nosuid,noexec; fi
  over "$here/opt/sudo/sudo" usr/bin/sudo
  if [ -d opt/sudo/libexec ]; then over "$here/opt/sudo/libexec" usr/libexec/sudo; fi
  for device in null zero full random urandom tty; do over "/dev/$device" "dev/$device"; done
  printf 'proc %s/proc proc nosuid,nodev,noexec 0 0\n' "$here"
  # When the lab runs as real root, files of the kernel stay out of the machine's reach.
  for path in sys sysrq-trigger irq bus fs; do
    if [ -e "/proc/$path" ]; then over "$here/proc/$path" "proc/$path" ,ro,nosuid,nodev,noexec; fi
  done
  for path in kcore kallsyms kmsg keys timer_list; do
    if [ -e "/proc/$path" ]; then over "$here/dev/null" "proc/$path"; fi
  done
  if [ -n "$node" ]; then over "${node// /\\040}" opt/service/node ,ro,nosuid,nodev; fi
}
node=${5:-}
mounts >etc/fstab
mount -a -T "$new/etc/fstab"

if [ -n "$node" ]; then
  install -p -m 644 "${@:6}" opt/service/
fi

pivot_root . old
cd /
umount -l /old
keep=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+net_admin,+sys_chroot,+audit_write
exec env -i PATH=/usr/sbin:/usr/bin LANG=C.UTF-8 setpriv --bounding-set="$keep" --inh-caps=-all /bin/bash /etc/lab-init
