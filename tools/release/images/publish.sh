#!/usr/bin/env bash
# Pushes the images that `npm run release:dry` built, signs them, and attaches their provenance and the lists of what
# they contain. Every platform is signed too, because some nodes and policies ask for its digest.
# Usage: publish.sh RELEASE REPOSITORY, such as .release registry.example.com/proxy-injector
#
# COSIGN_KEY  the file of a private key, whose password is in COSIGN_PASSWORD; nothing is sent to a transparency log.
#             Without it, the identity of the workflow that runs this signs, and the transparency log records it.
set -euo pipefail
release=$1
repository=$2
PATH=$(cd "$(dirname "$0")/../../../.tools/bin" && pwd):$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tls=()
[[ $repository != 127.0.0.1:* ]] || tls+=(--dest-tls-verify=false)
signing=(--yes)
if [ -n "${COSIGN_KEY:-}" ]; then
  # They name no service, so cosign asks none.
  cosign signing-config create --out "$work/services.json"
  cosign trusted-root create --out "$work/roots.json"
  signing+=(--key "$COSIGN_KEY" --signing-config "$work/services.json" --trusted-root "$work/roots.json")
fi

for target in injector proxy-init; do
  layout=$release/images/$target
  version=$(jq -r '.manifests[0].annotations."org.opencontainers.image.ref.name"' "$layout/index.json")
  digest=$(jq -r '.manifests[0].digest' "$layout/index.json")
  image=$repository/$target
  skopeo copy --quiet --all --preserve-digests "${tls[@]}" "oci:$layout" "docker://$image:$version"
  cosign sign "${signing[@]}" --recursive "$image@$digest"
  cosign attest "${signing[@]}" --type slsaprovenance1 --predicate "$release/provenance/$target.provenance.json" "$image@$digest"
  jq -r '.manifests[] | [.platform.architecture, .digest] | @tsv' "$layout/blobs/${digest/://}" |
    while read -r architecture digest; do
      cosign attest "${signing[@]}" --type spdxjson --predicate "$release/sbom/$target-linux-$architecture.spdx.json" "$image@$digest"
    done
  echo "published $image:$version@$digest"
done
