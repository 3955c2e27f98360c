#!/usr/bin/env bash
# Builds kube-apiserver of other Kubernetes versions into .tools/api-servers, for the suite `versions`. Without
# versions, such as v1.35.4, builds one of each minor version that Kubernetes maintains. Skips what is built.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts=$PWD/tools/install
folder=$PWD/.tools/api-servers
[ $# -gt 0 ] || set -- v1.34.4 v1.35.4 v1.36.3 v1.37.2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mkdir -p "$folder"
for version in "$@"; do
  [ ! -e "$folder/$version" ] || continue
  echo "building kube-apiserver $version"
  mkdir "$work/$version"
  (
    # Bash ignores `set -e` here.
    cd "$work/$version" && "$scripts/require-module.sh" k8s.io/kubernetes "$version" || exit
    minor=${version#v1.}
    package=k8s.io/component-base/version
    CGO_ENABLED=0 GOFLAGS=-mod=mod go build -trimpath -o kube-apiserver \
      -ldflags "-s -w -X $package.gitVersion=$version -X $package.gitMajor=1 -X $package.gitMinor=${minor%%.*}" \
      k8s.io/kubernetes/cmd/kube-apiserver
  ) >"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    exit 1
  }
  mv "$work/$version/kube-apiserver" "$folder/$version"
done
