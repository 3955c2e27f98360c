#!/usr/bin/env bash
# Builds kind, which .ci/kind starts clusters with, into .tools/bin. `npm run tools` does not need it.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=v0.33.0
bin=$PWD/.tools/bin
[ "$(cat "$bin/kind.stamp" 2>/dev/null)" = "$version" ] && exit

mkdir -p "$bin"
echo "building kind $version"
CGO_ENABLED=0 GOBIN=$bin GOFLAGS=-trimpath go install -ldflags '-s -w' "sigs.k8s.io/kind@$version"
echo "$version" >"$bin/kind.stamp"
