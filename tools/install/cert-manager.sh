#!/usr/bin/env bash
# Builds tools/install/cert-manager into .tools/bin.
# With --check, builds nothing and succeeds if it is current.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$PWD/.tools/bin
stamp=$(cat "$0" tools/install/cert-manager/* | sha256sum | cut -d' ' -f1)
[ "$(cat "$bin/cert-manager.stamp" 2>/dev/null)" = "$stamp" ] && exit
[ "${1:-}" = --check ] && exit 1

echo "building cert-manager's controllers"
mkdir -p "$bin"
CGO_ENABLED=0 go -C tools/install/cert-manager build -trimpath -ldflags "-s -w" -o "$bin/cert-manager" .
echo "$stamp" >"$bin/cert-manager.stamp"
