#!/bin/sh
# Collects the files of the image from Debian's packages for an architecture, each at its path in its package.
# Usage: collect.sh ARCHITECTURE DIRECTORY [agent]. With `agent`, also nsenter, and the libraries of Node, which is in
# DIRECTORY already.
#
# It includes all extensions of iptables, although the redirect uses few: the Pod may have other rules, among which
# iptables looks for ours.
set -eu
architecture=$1 out=$2 target=${3:-proxy-init}
here=$(dirname "$0")
packages=$(mktemp -d)
set -- base-files coreutils dash iptables netcat-openbsd nftables
[ "$target" != agent ] || set -- "$@" libatomic1 libstdc++6 util-linux
"$here/unpack.sh" "$architecture" "$packages" "$@"
mkdir -p "$out/etc" "$out/usr/bin" "$out/usr/lib" "$out/usr/sbin" "$out/proc" "$out/sys" "$out/dev"

# take PATH...: copies files of the packages.
take() {
  (cd "$packages/files" && cp --no-dereference --parents --target-directory "$out" "$@")
}

take bin usr/bin/dash usr/bin/nc.openbsd usr/bin/sleep usr/sbin/nft usr/sbin/xtables-nft-multi usr/sbin/xtables-legacy-multi
[ "$target" != agent ] || take usr/bin/nsenter
(cd "$packages/files" && find usr/lib -path '*/xtables/lib*t_*.so') | while read -r extension; do take "$extension"; done
ln -s dash "$out/usr/bin/sh"
ln -s nc.openbsd "$out/usr/bin/nc"
for backend in nft legacy; do
  for name in iptables ip6tables; do
    for action in '' -save -restore; do
      ln -s "xtables-$backend-multi" "$out/usr/sbin/$name-$backend$action"
    done
  done
done
cp "$here/proxy-init.sh" "$out/proxy-init"
"$here/libraries.sh" "$packages" "$out"

# Scanners read the distribution, and the packages with their versions as in distroless images. The licenses of the
# packages must ship with their files.
take etc/os-release usr/lib/os-release
mkdir -p "$out/var/lib/dpkg/status.d"
for control in "$packages"/control/*; do
  package=$(basename "$control")
  while read -r path; do
    if [ -f "$out/$path" ]; then
      echo "$package"
      break
    fi
  done <"$packages/contents/$package"
done >"$packages/used"
while read -r package; do
  cp "$packages/control/$package" "$out/var/lib/dpkg/status.d/"
  mkdir -p "$out/usr/share/doc/$package"
  cp "$packages/files/usr/share/doc/$package/copyright" "$out/usr/share/doc/$package/"
done <"$packages/used"

# The container does not run as root, so the capabilities are file capabilities. The shell only passes them on: with the
# effective bit (`e`), the kernel would refuse to start it if a capability is missing, and no message would say why.
setcap cap_net_admin,cap_net_raw+p "$out/usr/bin/dash"
setcap cap_net_admin+ep "$out/usr/sbin/nft"
setcap cap_net_admin+ep "$out/usr/sbin/xtables-nft-multi"
setcap cap_net_admin,cap_net_raw+ep "$out/usr/sbin/xtables-legacy-multi"
