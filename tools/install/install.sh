#!/usr/bin/env bash
# Installs what the test suites need beyond Node: Debian packages, and programs and images built into .tools. Skips what
# is current. Runs on Debian, as root. With --release, also installs what only `npm run release:dry` needs.
set -euo pipefail
cd "$(dirname "$0")/../.."

packages=(
  binutils bsdutils buildah fish gcc git golang-github-containers-common iproute2 jq libc6-dev libcap2-bin libseccomp-dev
  mmdebstrap nftables patch pkg-config python3 python3-pip runc shellcheck skopeo util-linux zsh
)
missing=()
command -v go >/dev/null || packages+=(golang-go)
for package in "${packages[@]}"; do
  [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done

took=$(mktemp)
trap 'rm "$took"' EXIT
# timed NAME COMMAND...: runs a command and records how long it took.
timed() {
  local name=$1 start=$SECONDS
  shift
  "$@"
  printf '%5d s  %s\n' $((SECONDS - start)) "$name" >>"$took"
}

# tool NAME ARGUMENT...: runs the script NAME.sh of this folder unless its result is current.
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
  tool image agent
}

[ ${#missing[@]} -eq 0 ] || timed "Debian packages" install_missing
set -m # gives the job its own process group, so that the trap can kill all of it
images & # in parallel: this waits for downloads and the disk, the other tools for processors
images=$!
set +m
trap 'kill -- "-$images" 2>/dev/null || true; rm "$took"' EXIT
tool actionlint
tool zizmor
tool envoy
tool helm
tool kube-check
tool kubernetes
tool cert-manager
tool prometheus
tool registry
tool otlp-receiver
tool peer
[ "${1:-}" != --release ] || tool signing
wait "$images" || {
  echo "building an image failed: see above" >&2
  exit 1
}
[ ! -s "$took" ] || printf 'durations:\n%s\n' "$(cat "$took")"
