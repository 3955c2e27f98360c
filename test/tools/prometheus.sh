#!/usr/bin/env bash
# Builds Prometheus and promtool into .tools/bin; without service discovery, which the tests do not need and which is most of it.
# With --check it only says, by its exit status, whether they are current.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=v0.316.0 # the module's name for Prometheus 3.16.0
bin=$PWD/.tools/bin
[ "$(cat "$bin/prometheus.stamp" 2>/dev/null)" = "$version" ] && exit
[ "${1:-}" = --check ] && exit 1

echo "building Prometheus $version"
mkdir -p "$bin"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export CGO_ENABLED=0 GOFLAGS=-mod=mod
module=github.com/prometheus/prometheus
go mod init tools 2>/dev/null
go mod edit -require "$module@$version"
go build -trimpath -tags remove_all_sd -ldflags '-s -w' -o . "$module/cmd/promtool" "$module/cmd/prometheus" 2>"$work/log" || {
  tail -n 20 "$work/log" >&2
  exit 1
}
mv promtool prometheus "$bin"
echo "$version" >"$bin/prometheus.stamp"
