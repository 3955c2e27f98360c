#!/usr/bin/env bash
# Builds cosign, which signs images, and syft, which lists their contents, into .tools/bin. `npm run release:dry` needs
# both. They take minutes, so `npm run tools` builds them only with --release.
# With --check, builds nothing and succeeds if they are current.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=v1.57.1 # of syft
module=github.com/anchore/syft
bin=$PWD/.tools/bin
stamp=$(cat "$0" tools/install/cosign/* | sha256sum | cut -d' ' -f1)
[ "$(cat "$bin/signing.stamp" 2>/dev/null)" = "$stamp" ] && exit
[ "${1:-}" = --check ] && exit 1

mkdir -p "$bin"
export CGO_ENABLED=0 GOBIN=$bin GOFLAGS=-trimpath
echo "building cosign"
go -C tools/install/cosign build -ldflags '-s -w' -o "$bin/cosign" .
echo "building syft $version"
go install -ldflags "-s -w -X main.version=${version#v}" "$module/cmd/syft@$version"
echo "$stamp" >"$bin/signing.stamp"
