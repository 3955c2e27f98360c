#!/usr/bin/env bash
# Publishes what `npm run release:dry` made in .release, for the version of package.json: the images and the chart to
# the registry, the command line to npm, and the rest as a release on GitHub. Signs images and chart. Can be run again
# if a step failed.
# Usage: publish.sh [REPOSITORY], which is ghcr.io/proxy-injector if not given. Another one, such as
# 127.0.0.1:5000/proxy-injector, gets the images and the chart, and nothing else is published.
#
# COSIGN_KEY  the file of a private key, whose password is in COSIGN_PASSWORD. Without it, the identity of the workflow
#             that runs this signs.
set -euo pipefail
cd "$(dirname "$0")/../.."
published=ghcr.io/proxy-injector
repository=${1:-$published}
PATH=$PWD/.tools/bin:$PATH
version=$(node -p 'require("./package.json").version')
tag=v$version
if [ "$repository" = "$published" ] && [ "${GITHUB_REF:-}" != "refs/tags/$tag" ]; then
  echo "GITHUB_REF: expected refs/tags/$tag, the tag of this version, got ${GITHUB_REF:-nothing}" >&2
  exit 1
fi

tools/release/images/publish.sh .release "$repository"

options=()
signing=(--yes)
[[ $repository != 127.0.0.1:* ]] || options+=(--plain-http)
if [ -n "${COSIGN_KEY:-}" ]; then
  # They name no service, so cosign asks none.
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cosign signing-config create --out "$work/services.json"
  cosign trusted-root create --out "$work/roots.json"
  signing+=(--key "$COSIGN_KEY" --signing-config "$work/services.json" --trusted-root "$work/roots.json")
fi
digest=$(helm push "${options[@]}" .release/chart/*.tgz "oci://$repository/charts" 2>&1 | sed -n 's/^Digest: //p')
cosign sign "${signing[@]}" "$repository/charts/proxy-injector@$digest"
echo "published $repository/charts/proxy-injector:$version@$digest"
[ "$repository" = "$published" ] || exit 0

archive=$(echo .release/npm/*)
name=$(tar -xOf "$archive" package/package.json | jq -r .name)
npm view "$name@$version" version 2>/dev/null | grep -qxF "$version" || npm publish "$archive" --provenance --access public

gh release view "$tag" >/dev/null 2>&1 || gh release create "$tag" --verify-tag --draft --title "$tag" --notes-file .release/notes.md
gh release upload "$tag" --clobber .release/{chart,npm,krew,sbom,provenance}/* .release/checksums.txt
gh release edit "$tag" --draft=false
