#!/usr/bin/env bash
# Installs zizmor, which checks GitHub workflows for security, into .tools/bin, from PyPI and by hash.
# With --check, installs nothing and succeeds if it is current.
set -euo pipefail
cd "$(dirname "$0")/../.."
requirements=tools/install/zizmor-requirements.txt
bin=$PWD/.tools/bin
stamp=$(sha256sum <"$requirements" | cut -d' ' -f1)
[ "$(cat "$bin/zizmor.stamp" 2>/dev/null)" = "$stamp" ] && exit
[ "${1:-}" = --check ] && exit 1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$bin"
echo "installing $(grep -o 'zizmor==[0-9.]*' "$requirements")"
export PIP_ROOT_USER_ACTION=ignore # it goes into a folder of its own
python3 -m pip --quiet --disable-pip-version-check install --no-deps --only-binary :all: --require-hashes \
  --requirement "$requirements" --target "$work"
install "$work/bin/zizmor" "$bin/zizmor"
echo "$stamp" >"$bin/zizmor.stamp"
