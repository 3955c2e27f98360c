#!/usr/bin/env bash
# Builds the target proxy-init of the Dockerfile: .tools/proxy-init/image is the image in the layout of OCI, and
# .tools/proxy-init/rootfs what is in it. No image is pulled: the base is made from the packages of Debian. With --check it only
# says, by its exit status, whether they are current.
set -euo pipefail
cd "$(dirname "$0")/../.."
suite=trixie
base=$PWD/.tools/debian-$suite.tar
out=$PWD/.tools/proxy-init
stamp=$(cat "$0" Dockerfile proxy-init/* | sha256sum | cut -d' ' -f1)
[ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ] && exit
[ "${1:-}" = --check ] && exit 1

work=$(mktemp -d)
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)
cleanup() {
  buildah "${storage[@]}" rm --all >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT
mkdir -p .tools

if [ ! -e "$base" ]; then
  echo "making a base image of Debian $suite"
  debootstrap --variant=minbase "$suite" "$work/base" >"$work/debootstrap.log" 2>&1 || {
    tail -n 20 "$work/debootstrap.log" >&2
    exit 1
  }
  tar -C "$work/base" -cf "$base.new" .
  mv "$base.new" "$base"
  rm -rf "$work/base"
fi

echo "building the image proxy-init"
container=$(buildah "${storage[@]}" from scratch)
buildah "${storage[@]}" add --quiet "$container" "$base" / >/dev/null
buildah "${storage[@]}" commit --quiet --rm "$container" "localhost/debian:$suite" >/dev/null
buildah "${storage[@]}" build --quiet --isolation chroot --layers=false --build-arg "DEBIAN=localhost/debian:$suite" \
  --target proxy-init --tag localhost/proxy-init . >"$work/build.log" 2>&1 || {
  cat "$work/build.log" >&2
  exit 1
}

rm -rf "$out"
mkdir -p "$out"
buildah "${storage[@]}" push --quiet localhost/proxy-init "oci:$out/image:proxy-init"
container=$(buildah "${storage[@]}" from localhost/proxy-init)
cp -a "$(buildah "${storage[@]}" mount "$container")" "$out/rootfs"
echo "proxy-init: $(du -sb "$out/image/blobs" | cut -f1 | numfmt --to=si)B compressed, $(du -sb "$out/rootfs" | cut -f1 | numfmt --to=si)B unpacked"
echo "$stamp" >"$out/stamp"
