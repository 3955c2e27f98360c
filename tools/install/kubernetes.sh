#!/usr/bin/env bash
# Installs the programs of a single-node Kubernetes cluster into .tools/bin: etcd, the control plane, the kubelet,
# kube-proxy, containerd, runc, CNI plugins, and kubectl. Links those that KUBEBUILDER_ASSETS or the PATH has in the
# pinned version, and builds the rest. With --check, installs nothing and succeeds if they are current.
set -euo pipefail
cd "$(dirname "$0")/../.."
scripts=$PWD/tools/install
bin=$PWD/.tools/bin
check=${1:-}
work=
trap '[ -z "$work" ] || rm -rf "$work"' EXIT

# installed COMMAND VERSION: prints the path of an installed command that reports this version; fails without one.
installed() {
  local path
  path=$(PATH=${KUBEBUILDER_ASSETS:-/nowhere}:$PATH type -P "$1") || return
  [ "$path" != "$bin/$1" ] || return
  { "$path" --version || "$path" version --client; } 2>/dev/null | grep -qE -- "(^|[^0-9.])${2#v}([^0-9.]|\$)" && echo "$path"
}

# build MODULE VERSION COMMAND=PACKAGE...: builds those commands of a module that are not installed, with the module's
# own dependencies. $flags are linker flags, $tags build tags, and $cgo is 1 if they need C.
build() {
  local module=$1 version=$2 stamp command path
  local -A packages=()
  shift 2
  mkdir -p "$bin"
  for command in "$@"; do
    if path=$(installed "${command%%=*}" "$version"); then
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
    "$scripts/require-module.sh" "$module" "$version"
    for command in "${!packages[@]}"; do
      # Bash ignores `set -e` on the left of `||`.
      CGO_ENABLED=$cgo GOFLAGS=-mod=mod go build -trimpath -tags "$tags" -ldflags "-s -w $flags" -o "out/$command" "${packages[$command]}" || exit
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

flags='' tags='' cgo=0
build go.etcd.io/etcd/server/v3 v3.7.3 etcd=
build github.com/containernetworking/plugins v1.9.1 \
  ptp=/plugins/main/ptp loopback=/plugins/main/loopback host-local=/plugins/ipam/host-local portmap=/plugins/meta/portmap
tags='no_btrfs no_zfs no_devmapper'
build github.com/containerd/containerd/v2 v2.4.2 containerd=/cmd/containerd containerd-shim-runc-v2=/cmd/containerd-shim-runc-v2 ctr=/cmd/ctr
# The runc of Debian 12 cannot map the users of a Pod's mounts, which hostUsers: false needs.
tags=seccomp cgo=1 flags='-X main.version=1.3.3'
build github.com/opencontainers/runc v1.3.3 runc=
tags='' cgo=0
# Without these flags the binaries do not know their version, which Helm and kubectl query.
version=k8s.io/component-base/version
flags="-X $version.gitVersion=v1.37.2 -X $version.gitMajor=1 -X $version.gitMinor=37"
build k8s.io/kubernetes v1.37.2 kube-apiserver=/cmd/kube-apiserver kube-controller-manager=/cmd/kube-controller-manager \
  kube-scheduler=/cmd/kube-scheduler kubelet=/cmd/kubelet kube-proxy=/cmd/kube-proxy kubectl=/cmd/kubectl
