#!/usr/bin/env bash
# Lists what the image of each platform contains, as SPDX documents: DIRECTORY/NAME-linux-ARCHITECTURE.spdx.json.
# Usage: sbom.sh LAYOUT NAME DIRECTORY
set -euo pipefail
layout=$1
name=$2
out=$3
PATH=$(cd "$(dirname "$0")/../../../.tools/bin" && pwd):$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"
for architecture in amd64 arm64; do
  skopeo copy --quiet --override-os linux --override-arch "$architecture" "oci:$layout" "oci:$work/$architecture"
  SYFT_CHECK_FOR_APP_UPDATE=false syft scan --quiet --source-name "$name" \
    --output "spdx-json=$out/$name-linux-$architecture.spdx.json" "oci-dir:$work/$architecture"
done
