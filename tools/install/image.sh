#!/usr/bin/env bash
# Builds a target of the Dockerfile for every platform: the image as an OCI layout in .tools/TARGET/image, and its files
# for this machine in .tools/TARGET/rootfs. It pulls no images.
# Usage: image.sh injector|proxy-init|agent [--check]. With --check, builds nothing, and succeeds if the image is
# current.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$1
case $target in
  injector | agent)
    sources=(package.json package-lock.json .npmrc LICENSE tsconfig.json tsconfig.build.json tools/bundle.js src)
    sources+=(proxy-init)
    ;;
  proxy-init) sources=(proxy-init) ;;
  *)
    echo "target: expected injector, proxy-init, or agent, got $target" >&2
    exit 2
    ;;
esac
out=$PWD/.tools/$target
stamp=$(find tools/install/image.sh tools/install/bases tools/release/images/{build,unpack}.sh Dockerfile .dockerignore "${sources[@]}" -type f ! -name '*.spec.ts' -print0 |
  sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
[ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ] && exit
[ "${2:-}" = --check ] && exit 1

rm -rf "$out"
mkdir -p "$out"
tools/release/images/build.sh "$target" "$out/image"
tools/release/images/unpack.sh "$out/image" "$(dpkg --print-architecture)" "$out/rootfs"
echo "$target: $(du -sb "$out/image/blobs" | cut -f1 | numfmt --to=si)B for all platforms, compressed; $(du -sb "$out/rootfs" | cut -f1 | numfmt --to=si)B unpacked"
echo "$stamp" >"$out/stamp"
