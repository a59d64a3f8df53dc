#!/bin/sh
# Verifies this evidence bundle, offline: every file is as it was when the bundle was signed, none is missing, none was added.
# usage: sh verify.sh [FINGERPRINT]   with the fingerprint of the signing key as its owner told you, like SHA256:...
# Needs sha256sum and ssh-keygen (OpenSSH 8.2 or newer). Exit 0: whole. 1: changed, the file is named. 2: cannot be checked.
set -u
export LC_ALL=C
cd "$(dirname "$0")" || exit 2
for tool in sha256sum ssh-keygen sort; do
  command -v "$tool" >/dev/null || { echo "expected the program $tool, found none; install it"; exit 2; }
done
bad=0
# Names come out of the bundle: some shells' echo would make line breaks of what stands in them.
say() { printf '%s\n' "$1"; bad=1; }

[ -f SHA256SUMS ] || { echo 'SHA256SUMS is missing: nothing can be verified'; exit 1; }
key=$(ssh-keygen -l -f signer.pub 2>/dev/null | cut -d ' ' -f 2)
if ssh-keygen -Y verify -f allowed_signers -I vantage -n evidence@vantage -s SHA256SUMS.sig <SHA256SUMS >/dev/null 2>&1; then
  printf 'SHA256SUMS was signed by %s\n' "${key:-an unknown key}"
  if [ $# -gt 0 ] && [ "$1" != "$key" ]; then say "expected the key $1: this bundle was signed by another one"; fi
else
  say 'SHA256SUMS, its signature, or the key beside it was changed: the signature does not fit'
fi
# What is said above of the key is read from signer.pub: it has to be the one that was verified with.
[ "$(cut -d ' ' -f 1,2 signer.pub 2>/dev/null)" = "$(sed -n 's/^vantage namespaces="[^"]*" //p' allowed_signers 2>/dev/null)" ] ||
  say 'signer.pub was changed: it is not the key in allowed_signers'
# ssh-keygen does not look at what stands behind the signature.
[ "$(tail -n 1 SHA256SUMS.sig 2>/dev/null)" = '-----END SSH SIGNATURE-----' ] || say 'SHA256SUMS.sig was changed'
while read -r sum name; do
  if [ ! -f "$name" ]; then
    say "$name is missing"
  elif [ "$(sha256sum <"$name" | cut -d ' ' -f 1)" != "$sum" ]; then
    say "$name was changed"
  fi
done <SHA256SUMS
for name in $(find . -type f ! -name SHA256SUMS ! -name SHA256SUMS.sig ! -name allowed_signers ! -name signer.pub | sed 's|^\./||' | sort); do
  cut -d ' ' -f 3 SHA256SUMS | grep -qxF "$name" || say "$name was added"
done
[ "$bad" = 0 ] && echo "Whole: $(wc -l <SHA256SUMS | tr -d ' ') files are as they were signed."
exit "$bad"
