#!/bin/sh
# Unpacks Debian packages of any architecture, and what they depend on. It runs nothing of them, so another architecture
# than that of the machine needs no emulation.
# Usage: unpack.sh ARCHITECTURE DIRECTORY PACKAGE...
#
# DIRECTORY/files gets their files, DIRECTORY/control/PACKAGE the description of a package, DIRECTORY/contents/PACKAGE
# the paths of its files.
set -eu
architecture=$1 out=$2
shift 2
state=$(mktemp -d)
trap 'rm -r "$state"' EXIT
chmod 755 "$state" # apt downloads as another user
mkdir -p "$out/files" "$out/control" "$out/contents" "$state/cache/archives/partial"
: >"$state/status" # no package is installed

apt() {
  apt-get --quiet=2 -o APT::Architecture="$architecture" -o APT::Architectures="$architecture" \
    -o Dir::State="$state" -o Dir::State::status="$state/status" -o Dir::Cache="$state/cache" "$@"
}

apt update
apt install --download-only --yes --no-install-recommends "$@"
for package in "$state"/cache/archives/*.deb; do
  name=$(dpkg-deb --field "$package" Package)
  dpkg-deb --extract "$package" "$out/files"
  dpkg-deb --field "$package" >"$out/control/$name"
  dpkg-deb --fsys-tarfile "$package" | tar --list | sed 's|^\./||' >"$out/contents/$name"
done
