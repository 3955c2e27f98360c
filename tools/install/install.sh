#!/usr/bin/env bash
# Installs what the suites need that want more than Node, on Debian as root: packages of the system, and into .tools what is
# built from this checkout. What is there already, and current, is left alone.
set -euo pipefail
cd "$(dirname "$0")/../.."

packages=(bsdutils buildah git golang-github-containers-common iproute2 jq mmdebstrap nftables patch python3 python3-pip runc shellcheck util-linux)
missing=()
command -v go >/dev/null || packages+=(golang-go)
for package in "${packages[@]}"; do
  [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done

took=$(mktemp)
trap 'rm "$took"' EXIT
# timed NAME COMMAND...: runs a command and keeps for the end how long it took.
timed() {
  local name=$1 start=$SECONDS
  shift
  "$@"
  printf '%5d s  %s\n' $((SECONDS - start)) "$name" >>"$took"
}

# tool NAME ARGUMENT...: runs a script beside this one unless what it makes is current.
tool() {
  "tools/install/$1.sh" "${@:2}" --check || timed "$*" "tools/install/$1.sh" "${@:2}"
}

install_missing() {
  echo "installing ${missing[*]}"
  apt-get update --quiet=2
  DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends "${missing[@]}" >/dev/null
}

images() {
  tool image proxy-init
  tool image injector
}

[ ${#missing[@]} -eq 0 ] || timed "packages of Debian" install_missing
set -m # a process group of its own, so that all of it can be ended
images & # beside the others: it mostly waits for packages and the disk, they for processors
images=$!
set +m
trap 'kill -- "-$images" 2>/dev/null || true; rm "$took"' EXIT
tool actionlint
tool envoy
tool helm
tool kube-check
tool kubernetes
tool cert-manager
tool prometheus
tool peer
wait "$images" || {
  echo "an image was not built: see above" >&2
  exit 1
}
[ ! -s "$took" ] || printf 'what took how long:\n%s\n' "$(cat "$took")"
