#!/bin/bash
# The README's two commands on a fresh Debian 12: a debootstrap tree, entered by pivot_root in a mount
# and pid namespace of its own (user namespaces are refused in a plain chroot). Root; needs debootstrap
# and a Debian mirror; takes ten minutes. Not part of `make test`.
#   tests/fresh.sh [TREE]          TREE is made if it is not there (default /tmp/drover-fresh)
set -euo pipefail
cd "$(dirname "$0")/.."
tree=${1:-/tmp/drover-fresh}
[ -x "$tree/usr/bin/apt-get" ] || debootstrap --variant=minbase bookworm "$tree"
rm -rf "$tree/root/drover" "$tree/root/shared"
git clone -q . "$tree/root/drover"
[ ! -d ../shared ] || cp -a ../shared "$tree/root/shared"
cp /etc/resolv.conf "$tree/etc/resolv.conf" 2>/dev/null || true
cp /etc/hosts "$tree/etc/hosts"
for file in /etc/apt/apt.conf.d/*proxy* /etc/apt/apt.conf; do
    [ ! -f "$file" ] || cp "$file" "$tree/etc/apt/apt.conf.d/"
done

inside='
set -e
export HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends make git >/dev/null
cd /root/drover
make demo
make test
'
exec unshare --mount --pid --fork bash -c '
set -e
tree=$1
mount --make-rprivate /
mount --bind "$tree" "$tree"
mount -t proc proc "$tree/proc"
mount -t sysfs -o ro sysfs "$tree/sys"
mount --rbind /dev "$tree/dev"
mount -t tmpfs tmpfs "$tree/tmp"
cd "$tree"
mkdir -p oldroot
pivot_root . oldroot
umount -l /oldroot
exec /bin/bash -c "$2"
' bash "$tree" "$inside"
