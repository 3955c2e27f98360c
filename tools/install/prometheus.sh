#!/usr/bin/env bash
# Builds Prometheus and promtool into .tools/bin, with the service discovery of Kubernetes only: the others are most of
# the code. With --check, builds nothing and succeeds if they are current.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=v0.316.0 # the module's name for Prometheus 3.16.0
tags=remove_all_sd,enable_kubernetes_sd
bin=$PWD/.tools/bin
stamp="$version $tags"
[ "$(cat "$bin/prometheus.stamp" 2>/dev/null)" = "$stamp" ] && exit
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
go build -trimpath -tags "$tags" -ldflags '-s -w' -o . "$module/cmd/promtool" "$module/cmd/prometheus" 2>"$work/log" || {
  tail -n 20 "$work/log" >&2
  exit 1
}
mv promtool prometheus "$bin"
echo "$stamp" >"$bin/prometheus.stamp"
