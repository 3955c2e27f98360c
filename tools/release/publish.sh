#!/usr/bin/env bash
# Publishes what `npm run release:dry` made in .release, for the version of package.json: the images and the chart to
# the registry, the command line to npm, and the rest as a release on GitHub. Signs images, chart, and checksums. Can be
# run again if a step failed.
# Usage: publish.sh [REPOSITORY], which is ghcr.io/proxy-injector if not given. Another one, such as
# 127.0.0.1:5000/proxy-injector, gets the images and the chart, and nothing else is published. cosign.sh says who signs.
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
[[ $repository != 127.0.0.1:* ]] || options+=(--plain-http)
pushed=$(helm push "${options[@]}" ".release/chart/proxy-injector-$version.tgz" "oci://$repository/charts" 2>&1) || {
  echo "$pushed" >&2
  exit 1
}
digest=$(sed -n 's/^Digest: //p' <<<"$pushed")
tools/release/cosign.sh sign "$repository/charts/proxy-injector@$digest"
echo "published $repository/charts/proxy-injector:$version@$digest"
tools/release/cosign.sh sign-blob --bundle .release/checksums.txt.sigstore.json .release/checksums.txt
[ "$repository" = "$published" ] || exit 0

# Who asks for no version gets no pre-release.
npm=() gh=()
if [[ $version == *-* ]]; then
  npm=(--tag next)
  gh=(--prerelease)
fi
archive=$(echo .release/npm/*)
name=$(tar -xOf "$archive" package/package.json | jq -r .name)
npm view "$name@$version" version 2>/dev/null | grep -qxF "$version" || npm publish "$archive" "${npm[@]}" --provenance --access public

gh release view "$tag" >/dev/null 2>&1 || gh release create "$tag" --verify-tag --draft "${gh[@]}" --title "$tag" --notes-file .release/notes.md
gh release upload "$tag" --clobber .release/{chart,npm,krew,sbom,provenance}/* .release/checksums.txt{,.sigstore.json}
gh release edit "$tag" --draft=false
