#!/usr/bin/env bash
# Builds actionlint, the linter of GitHub workflows, into .tools/bin.
# With --check, builds nothing and succeeds if it is current.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=v1.7.12
bin=$PWD/.tools/bin
[ "$(cat "$bin/actionlint.stamp" 2>/dev/null)" = "$version" ] && exit
[ "${1:-}" = --check ] && exit 1

mkdir -p "$bin"
echo "building actionlint $version"
CGO_ENABLED=0 GOBIN=$bin GOFLAGS=-trimpath go install -ldflags '-s -w' "github.com/rhysd/actionlint/cmd/actionlint@$version"
echo "$version" >"$bin/actionlint.stamp"
