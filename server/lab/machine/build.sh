#!/bin/bash
# Builds the root of one machine inside its own namespaces and becomes its pid 1. Started by machineProcess.ts, which prepares
# the files of <seed>; networking is left to ../network.ts.
# usage: build.sh <empty directory> <seed> <host name> [<node> <service script>…]
set -euo pipefail
export PATH=/usr/sbin:/usr/bin
new=$1 seed=$2 name=$3
trap 'echo "machine $name: line $LINENO failed: $BASH_COMMAND" >&2' ERR

hostname "$name"
mount -t tmpfs -o mode=755,nodev,size=96m,nr_inodes=32k lab "$new"
cp -R --preserve=mode "$seed/." "$new/"
cd "$new"
mkdir -p usr proc dev old run/sshd run/sudo var/log var/lib/sudo root opt/sudo opt/service
mkdir -p -m 1777 tmp var/tmp
chmod 700 root run/sudo var/lib/sudo
mkdir run/standin && chown 1000:1000 run/standin

# The programs are the host's, read-only; nosuid, because of all setuid programs only our own copy of sudo may work.
mount --rbind /usr usr
while read -r point options; do
  mount -o "remount,bind,${options/#rw/ro},nosuid" "$point"
done < <(findmnt -Rrno TARGET,VFS-OPTIONS "$new/usr")
for hidden in usr/local usr/src; do
  if [ -d "$hidden" ]; then mount -t tmpfs -o mode=755,nodev,nosuid,size=256k none "$hidden"; fi
done
if [ -f opt/gate/vantage-gate ]; then
  mkdir -p usr/local/libexec
  cp --preserve=mode opt/gate/vantage-gate usr/local/libexec/vantage-gate
fi
for hidden in usr/local usr/src; do
  # On a machine on which an operator is going to install the gate, root may.
  if [ -f etc/lab-bare ] && [ "$hidden" = usr/local ]; then continue; fi
  if [ -d "$hidden" ]; then mount -o remount,ro,nodev,nosuid "$hidden"; fi
done
for link in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$link" ]; then cp -P "/$link" "$link"; fi
done
cp -a --no-preserve=ownership /etc/alternatives /etc/ld.so.cache etc/
if [ -f /etc/ssl/openssl.cnf ]; then mkdir -p etc/ssl && cp /etc/ssl/openssl.cnf etc/ssl/; fi
ln -s ../usr/lib/os-release etc/os-release

# sudo insists that it and its plugins belong to root: in an ordinary user's lab the host's files belong to nobody.
cp /usr/bin/sudo opt/sudo/sudo
chmod 4755 opt/sudo/sudo
mount --bind opt/sudo/sudo usr/bin/sudo
if [ -d usr/libexec/sudo ]; then
  cp -R --no-preserve=ownership /usr/libexec/sudo opt/sudo/libexec
  mount --bind opt/sudo/libexec usr/libexec/sudo
fi

for device in null zero full random urandom tty; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
ln -s /proc/self/fd dev/fd
ln -s fd/0 dev/stdin
ln -s fd/1 dev/stdout
ln -s fd/2 dev/stderr

mount -t proc -o nosuid,nodev,noexec proc proc
# When the lab runs as real root, files of the kernel stay out of the machine's reach.
for path in sys sysrq-trigger irq bus fs; do
  if [ -e "proc/$path" ]; then
    mount --bind "proc/$path" "proc/$path"
    mount -o remount,bind,ro,nosuid,nodev,noexec "proc/$path"
  fi
done
for path in kcore kallsyms kmsg keys timer_list; do
  if [ -e "proc/$path" ]; then mount --bind dev/null "proc/$path"; fi
done

if [ $# -ge 5 ]; then
  : >opt/service/node
  mount --bind "$4" opt/service/node
  mount -o remount,bind,ro,nosuid,nodev opt/service/node
  cp --preserve=timestamps "${@:5}" opt/service/
  chmod 644 opt/service/*.ts
fi

pivot_root . old
cd /
umount -l /old
rmdir /old
mkdir -p /etc/ssh/sshd_config.d
# Newer servers punish an address that breaks off many connections; all of ours come from one address.
if /usr/sbin/sshd -t -f /etc/ssh/sshd_config -o PerSourcePenalties=no 2>/dev/null; then
  echo 'PerSourcePenalties no' >>/etc/ssh/sshd_config
fi
keep=-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+net_admin,+sys_chroot,+audit_write
exec env -i PATH=/usr/sbin:/usr/bin LANG=C.UTF-8 setpriv --bounding-set="$keep" --inh-caps=-all /bin/bash /etc/lab-init
