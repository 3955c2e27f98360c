#!/usr/bin/env bash
# Pushes the images that `npm run release:dry` built, signs them, and attaches their provenance and the lists of what
# they contain. Every platform is signed too, because some nodes and policies ask for its digest. Pushes nothing if the
# registry has another image under the version: what is published does not change.
# Usage: publish.sh RELEASE REPOSITORY, such as .release registry.example.com/proxy-injector. tools/release/cosign.sh
# says who signs.
set -euo pipefail
release=$1
repository=$2
tools=$(cd "$(dirname "$0")/.." && pwd)
PATH=$(cd "$tools/../../.tools/bin" && pwd):$PATH

tls=true
[[ $repository != 127.0.0.1:* ]] || tls=false

# of TARGET FILTER: prints a part of the description of the index of an image.
of() {
  jq -r ".manifests[0]$2" "$release/images/$1/index.json"
}

for target in injector proxy-init agent; do
  image=$repository/$target:$(of $target '.annotations."org.opencontainers.image.ref.name"')
  digest=$(of $target .digest)
  # It fails if there is none.
  existing=$(skopeo inspect --tls-verify=$tls --format '{{.Digest}}' "docker://$image" 2>/dev/null) || continue
  [ "$existing" = "$digest" ] || {
    echo "$image: expected $digest, or no image yet, got $existing" >&2
    exit 1
  }
done

for target in injector proxy-init agent; do
  layout=$release/images/$target
  version=$(of $target '.annotations."org.opencontainers.image.ref.name"')
  digest=$(of $target .digest)
  image=$repository/$target
  skopeo copy --quiet --all --preserve-digests --dest-tls-verify=$tls "oci:$layout" "docker://$image:$version"
  "$tools/cosign.sh" sign --recursive "$image@$digest"
  "$tools/cosign.sh" attest --type slsaprovenance1 --predicate "$release/provenance/$target.provenance.json" "$image@$digest"
  jq -r '.manifests[] | [.platform.architecture, .digest] | @tsv' "$layout/blobs/${digest/://}" |
    while read -r architecture digest; do
      "$tools/cosign.sh" attest --type spdxjson --predicate "$release/sbom/$target-linux-$architecture.spdx.json" "$image@$digest" </dev/null
    done
  echo "published $image:$version@$digest"
done
