#!/usr/bin/env bash
# Builds tools/install/kube-check into .tools/bin, and copies the CRDs of cert-manager and the Prometheus operator into
# .tools/crds. With --check, builds nothing and succeeds if they are current.
set -euo pipefail
cd "$(dirname "$0")/../.."
cert_manager=github.com/cert-manager/cert-manager@v1.21.2
prometheus_operator=github.com/prometheus-operator/prometheus-operator@v0.85.0
bin=$PWD/.tools/bin
crds=$PWD/.tools/crds
stamp=$(cat "$0" tools/install/kube-check/* | sha256sum | cut -d' ' -f1)
[ "$(cat "$bin/kube-check.stamp" 2>/dev/null)" = "$stamp" ] && exit
[ "${1:-}" = --check ] && exit 1

module_directory() {
  go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p'
}

mkdir -p "$bin"
rm -rf "$crds"
echo "downloading the CRDs of $cert_manager and $prometheus_operator"
mkdir "$crds"
cp "$(module_directory "$cert_manager")"/deploy/crds/cert-manager.io_*.yaml "$crds"
cp "$(module_directory "$prometheus_operator")"/example/prometheus-operator-crd/*_{prometheusrules,servicemonitors}.yaml "$crds"
chmod -R u+w "$crds"
echo "building kube-check"
CGO_ENABLED=0 go -C tools/install/kube-check build -trimpath -ldflags "-s -w" -o "$bin/kube-check" .
echo "$stamp" >"$bin/kube-check.stamp"
