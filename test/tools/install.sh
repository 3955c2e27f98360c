#!/usr/bin/env bash
# Installs what the suites need that want more than Node, on Debian as root: packages of the system, and into .tools what is
# built from this checkout. What is there already, and current, is left alone.
set -euo pipefail
cd "$(dirname "$0")/../.."

packages=(bsdutils buildah debootstrap git golang-github-containers-common iproute2 jq nftables patch python3 python3-pip runc shellcheck util-linux)
missing=()
command -v go >/dev/null || packages+=(golang-go)
for package in "${packages[@]}"; do
  [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing ${missing[*]}"
  apt-get update --quiet=2
  DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}" >/dev/null
fi

test/tools/envoy.sh
test/tools/helm.sh
test/tools/kube-check.sh
test/tools/prometheus.sh
test/tools/image.sh proxy-init
test/tools/image.sh injector
