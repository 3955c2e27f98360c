#!/usr/bin/env bash
# Builds tools/install/peer into .tools/bin, and two images of it for `ctr images import`: localhost/peer:1 in
# .tools/peer/image.tar, and localhost/pause:1, which runs `peer pause`, in .tools/pause/image.tar.
# With --check, builds nothing and succeeds if they are current.
set -euo pipefail
cd "$(dirname "$0")/../.."
tools=$PWD/.tools
stamp=$(cat "$0" tools/install/peer/* | sha256sum | cut -d' ' -f1)
[ "$(cat "$tools/bin/peer.stamp" 2>/dev/null)" = "$stamp" ] && exit
[ "${1:-}" = --check ] && exit 1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)
echo "building peer and its images"
mkdir -p "$tools/bin" "$work/context"
CGO_ENABLED=0 go -C tools/install/peer build -trimpath -ldflags "-s -w" -o "$work/context/peer" .
for image in peer pause; do
  name=localhost/$image:1
  {
    buildah "${storage[@]}" build --isolation chroot --target "$image" --tag "$name" --file tools/install/peer/Dockerfile "$work/context"
    buildah "${storage[@]}" push "$name" "oci-archive:$work/$image.tar:$name"
  } >"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    exit 1
  }
  mkdir -p "$tools/$image"
  mv "$work/$image.tar" "$tools/$image/image.tar"
done
mv "$work/context/peer" "$tools/bin/peer"
echo "$stamp" >"$tools/bin/peer.stamp"
