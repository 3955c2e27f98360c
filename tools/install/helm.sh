#!/usr/bin/env bash
# Builds Helm 4 and Helm 3 into .tools/bin, as helm and helm3.
# With --check, builds nothing and succeeds if they are current.
set -euo pipefail
cd "$(dirname "$0")/../.."
helm4=v4.3.1
helm3=v3.22.0
bin=$PWD/.tools/bin
stamp="$helm4 $helm3"
[ "$(cat "$bin/helm.stamp" 2>/dev/null)" = "$stamp" ] && exit
[ "${1:-}" = --check ] && exit 1

mkdir -p "$bin"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CGO_ENABLED=0 GOBIN=$work GOFLAGS=-trimpath
echo "building Helm $helm4"
go install -ldflags "-s -w -X helm.sh/helm/v4/internal/version.version=$helm4" "helm.sh/helm/v4/cmd/helm@$helm4"
mv "$work/helm" "$bin/helm"
echo "building Helm $helm3"
go install -ldflags "-s -w -X helm.sh/helm/v3/internal/version.version=$helm3" "helm.sh/helm/v3/cmd/helm@$helm3"
mv "$work/helm" "$bin/helm3"
echo "$stamp" >"$bin/helm.stamp"
