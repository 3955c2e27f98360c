#!/usr/bin/env bash
# Builds a target of the Dockerfile: the image as an OCI layout in .tools/TARGET/image, its files in
# .tools/TARGET/rootfs.
# It pulls no images: tools/install/bases/Dockerfile builds the base images from packages of Debian and npm.
# Usage: image.sh injector|proxy-init [--check]. With --check, builds nothing and succeeds if the image is current.
set -euo pipefail
cd "$(dirname "$0")/../.."
target=$1
case $target in
  injector)
    bases=(NODE=node DISTROLESS_NODE=distroless-node)
    sources=(package.json package-lock.json .npmrc LICENSE tsconfig.json tsconfig.build.json tools/bundle.js src)
    ;;
  proxy-init)
    bases=(DEBIAN=debian)
    sources=(proxy-init)
    ;;
  *)
    echo "target: expected injector or proxy-init, got $target" >&2
    exit 2
    ;;
esac
suite=trixie
node=24
npm=11
debian=$PWD/.tools/debian-$suite.tar
out=$PWD/.tools/$target
stamp=$(find tools/install/image.sh tools/install/bases Dockerfile .dockerignore "${sources[@]}" -type f ! -name '*.spec.ts' -print0 |
  sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
[ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ] && exit
[ "${2:-}" = --check ] && exit 1

work=$(mktemp -d)
driver=overlay # or vfs, which is slower but works everywhere
buildah --root "$work/probe" --runroot "$work/run" --storage-driver overlay info >/dev/null 2>&1 || driver=vfs
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver "$driver")
cleanup() {
  buildah "${storage[@]}" rm --all >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT
mkdir -p .tools

# Runs a command, and prints the end of its output only if it fails.
quietly() {
  "$@" >"$work/log" 2>&1 || {
    tail -n 50 "$work/log" >&2
    exit 1
  }
}

build() {
  quietly buildah "${storage[@]}" build --quiet --isolation chroot --layers=false "$@"
}

if [ ! -e "$debian" ]; then
  echo "building a base image of Debian $suite"
  quietly mmdebstrap --variant=minbase --format=tar "$suite" "$debian.new"
  mv "$debian.new" "$debian"
fi

echo "building the image $target"
context=$work/context
mkdir "$context"
ln "$debian" "$context/debian.tar" 2>/dev/null || cp "$debian" "$context/debian.tar"
if [ "$target" = injector ]; then
  package=node-$(node -p 'process.platform + "-" + process.arch')
  quietly npm install --no-save --no-package-lock --prefix "$work/packages" "$package@$node" "npm@$npm"
  mv "$work/packages/node_modules/$package/bin/node" "$work/packages/node_modules/npm" "$context"
  cp /etc/ssl/certs/ca-certificates.crt "$context/authorities.pem"
fi
arguments=()
for base in "${bases[@]}"; do
  build --target "${base#*=}" --tag "localhost/${base#*=}" --file tools/install/bases/Dockerfile "$context"
  arguments+=(--build-arg "${base%%=*}=localhost/${base#*=}")
done
build --target "$target" --tag "localhost/$target" "${arguments[@]}" --file Dockerfile .

rm -rf "$out"
mkdir -p "$out"
buildah "${storage[@]}" push --quiet "localhost/$target" "oci:$out/image:$target"
container=$(buildah "${storage[@]}" from "localhost/$target")
cp -a "$(buildah "${storage[@]}" mount "$container")" "$out/rootfs"
echo "$target: $(du -sb "$out/image/blobs" | cut -f1 | numfmt --to=si)B compressed, $(du -sb "$out/rootfs" | cut -f1 | numfmt --to=si)B unpacked"
echo "$stamp" >"$out/stamp"
