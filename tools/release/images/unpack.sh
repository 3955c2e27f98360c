#!/usr/bin/env bash
# Unpacks the layers of an image for a platform from an OCI layout with one index, with extended attributes: file
# capabilities are among them. Layers that delete files of others are not supported.
# Usage: unpack.sh LAYOUT ARCHITECTURE DIRECTORY
set -euo pipefail
layout=$1
architecture=$2
out=$3

# Prints the path of the blob with a digest.
blob() {
  echo "$layout/blobs/${1/://}"
}

index=$(jq -r '.manifests[0].digest' "$layout/index.json")
manifest=$(jq -r --arg architecture "$architecture" '.manifests[] | select(.platform.architecture == $architecture).digest' "$(blob "$index")")
mkdir -p "$out"
for layer in $(jq -r '.layers[].digest' "$(blob "$manifest")"); do
  tar --extract --file "$(blob "$layer")" --directory "$out" --numeric-owner --xattrs --xattrs-include='*'
done
if find "$out" -name '.wh.*' | grep .; then
  echo "unpack.sh: expected no deleted files in layers, got those above" >&2
  exit 1
fi
