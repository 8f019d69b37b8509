#!/usr/bin/env bash
# rclone 1.60.1 (Debian 12): sync between local directories writes a changed file in place (same inode, opened and truncated) instead
# of renaming a finished copy over it. A phone that downloads from the target at that moment gets a short or mixed file. rsync without
# --inplace makes a new inode. (rclone 1.63 changed this: it writes a .partial file and renames it.)
set -euo pipefail
dir=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$dir"' EXIT
cd "$dir"
deb() { # PACKAGE=VERSION: unpack a Debian package here
  apt-get download -qq "$1" 2>/dev/null || { apt-get update -qq; apt-get download -qq "$1" 2>/dev/null; }
  dpkg -x ./"${1%%=*}"_*.deb .
}
deb rclone=1.60.1+dfsg-2+b5
export HOME=$dir; mkdir from to; printf 'a = 1\n' > from/a.cfg
usr/bin/rclone sync from to 2>/dev/null; ln to/a.cfg second-name
printf 'a = 22\n' > from/a.cfg; usr/bin/rclone sync from to 2>/dev/null
seen="the new text is under the old inode's second name: $(cat second-name)"
echo "rclone 1.60.1+dfsg-2+b5"; echo "$seen"
expected="the new text is under the old inode's second name: a = 22"
[ "$seen" = "$expected" ] || { printf 'the behaviour changed; expected:\n%s\n' "$expected" >&2; exit 1; }
