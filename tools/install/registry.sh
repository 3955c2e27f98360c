#!/usr/bin/env bash
# Builds tools/install/registry into .tools/bin.
# With --check, builds nothing and succeeds if it is current.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$PWD/.tools/bin
stamp=$(cat "$0" tools/install/registry/* | sha256sum | cut -d' ' -f1)
[ "$(cat "$bin/registry.stamp" 2>/dev/null)" = "$stamp" ] && exit
[ "${1:-}" = --check ] && exit 1

echo "building the registry"
mkdir -p "$bin"
CGO_ENABLED=0 go -C tools/install/registry build -trimpath -ldflags "-s -w" -o "$bin/registry" .
echo "$stamp" >"$bin/registry.stamp"
