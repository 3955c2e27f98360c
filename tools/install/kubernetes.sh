#!/usr/bin/env bash
# Gets what a Kubernetes cluster of one node consists of into .tools/bin: etcd, the control plane, the node's daemons, containerd and
# the plugins of its network, kubectl. What KUBEBUILDER_ASSETS or the PATH has in the wanted version is linked, the rest is built.
# With --check it only says, by its exit status, whether they are current.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$PWD/.tools/bin
check=${1:-}
work=
trap '[ -z "$work" ] || rm -rf "$work"' EXIT

# Prints the path of a command that says it is of the version.
at_hand() {
  local path
  path=$(PATH=${KUBEBUILDER_ASSETS:-/nowhere}:$PATH type -P "$1") || return
  [ "$path" != "$bin/$1" ] || return
  { "$path" --version || "$path" version --client; } 2>/dev/null | grep -qE -- "(^|[^0-9.])${2#v}([^0-9.]|\$)" && echo "$path"
}

# build MODULE VERSION COMMAND=PACKAGE...: the commands of a module that are not at hand, with the module's own dependencies; $flags
# are the linker's, $tags the build's.
build() {
  local module=$1 version=$2 stamp command path
  local -A packages=()
  shift 2
  mkdir -p "$bin"
  for command in "$@"; do
    if path=$(at_hand "${command%%=*}" "$version"); then
      [ "$check" = --check ] || ln -sf "$path" "$bin"
    else
      packages[${command%%=*}]=$module${command#*=}
    fi
  done
  stamp=$(echo "$version" "$tags" "$flags" "${packages[@]}" | sha256sum)
  [ ${#packages[@]} -gt 0 ] && [ "$(cat "$bin/${module//\//-}.stamp" 2>/dev/null)" != "$stamp" ] || return 0
  [ "$check" = --check ] && exit 1

  echo "building $module $version"
  work=$(mktemp -d)
  (
    cd "$work"
    go mod init tools
    go mod edit -require "$module@$version"
    # What a module replaces by folders of its own is published under the same minor and patch version.
    go mod download -json "$module@$version" | sed -n 's/^\t"GoMod": "\(.*\)",$/\1/p' | xargs sed -n 's|^\t\(.*\) => \./staging/.*|\1|p' |
      while read -r staged; do go mod edit -replace "$staged=$staged@v0.${version#v1.}"; done
    for command in "${!packages[@]}"; do
      CGO_ENABLED=0 GOFLAGS=-mod=mod go build -trimpath -tags "$tags" -ldflags "-s -w $flags" -o "out/$command" "${packages[$command]}"
    done
    mv out/* "$bin"
  ) >"$work/log" 2>&1 || {
    tail -n 20 "$work/log" >&2
    exit 1
  }
  rm -rf "$work"
  work=
  echo "$stamp" >"$bin/${module//\//-}.stamp"
}

flags='' tags=''
build go.etcd.io/etcd/server/v3 v3.7.3 etcd=
build github.com/containernetworking/plugins v1.9.1 \
  ptp=/plugins/main/ptp loopback=/plugins/main/loopback host-local=/plugins/ipam/host-local portmap=/plugins/meta/portmap
tags='no_btrfs no_zfs no_devmapper'
build github.com/containerd/containerd/v2 v2.4.2 containerd=/cmd/containerd containerd-shim-runc-v2=/cmd/containerd-shim-runc-v2 ctr=/cmd/ctr
tags=''
# Without these the binaries do not know their version, which Helm and kubectl ask for.
version=k8s.io/component-base/version
flags="-X $version.gitVersion=v1.37.2 -X $version.gitMajor=1 -X $version.gitMinor=37"
build k8s.io/kubernetes v1.37.2 kube-apiserver=/cmd/kube-apiserver kube-controller-manager=/cmd/kube-controller-manager \
  kube-scheduler=/cmd/kube-scheduler kubelet=/cmd/kubelet kube-proxy=/cmd/kube-proxy kubectl=/cmd/kubectl
