#!/bin/sh
# Collects the files of the image from a Debian system with nftables and iptables.
# Usage: collect.sh DIRECTORY
#
# It includes all extensions of iptables, although the redirect uses few: the Pod may have other rules, among which
# iptables looks for ours.
set -eu
out=$1
mkdir -p "$out/bin" "$out/usr/sbin" "$out/proc" "$out/sys" "$out/dev"

cp /bin/dash "$out/bin/"
ln -s dash "$out/bin/sh"
cp "$(dirname "$0")/proxy-init.sh" "$out/proxy-init"
cp /usr/sbin/nft "$out/usr/sbin/"
for backend in nft legacy; do
  cp "/usr/sbin/xtables-$backend-multi" "$out/usr/sbin/"
  for name in iptables ip6tables; do
    for action in '' -save -restore; do
      ln -s "xtables-$backend-multi" "$out/usr/sbin/$name-$backend$action"
    done
  done
done

extensions=$(dirname "$(find /usr/lib -name libxt_standard.so)")
mkdir -p "$out$extensions"
cp -a "$extensions"/libxt_* "$extensions"/libipt_* "$extensions"/libip6t_* "$out$extensions/"

# Libraries go where the loader looks for them; /lib and /lib64 may be links into /usr.
libraries=$(ldd "$out"/bin/dash "$out"/usr/sbin/nft "$out"/usr/sbin/xtables-*-multi "$out$extensions"/*.so)
if echo "$libraries" | grep 'not found'; then exit 1; fi
echo "$libraries" | grep -o '/[^ ]*' | grep -v ':$' | sort -u | while read -r library; do
  mkdir -p "$out$(dirname "$library")"
  cp -L "$library" "$out$library"
done

# The licenses of these files must ship with them.
find "$out" -type f -printf '*/%f\n' | xargs dpkg-query --search 2>/dev/null |
  grep -v ^diversion | cut -d: -f1 | sort -u | while read -r package; do
  mkdir -p "$out/usr/share/doc/$package"
  cp "/usr/share/doc/$package/copyright" "$out/usr/share/doc/$package/"
done

# The container does not run as root, so the capabilities are file capabilities. The shell only passes them on: with the
# effective bit (`e`), the kernel would refuse to start it if a capability is missing, and no message would say why.
setcap cap_net_admin,cap_net_raw+p "$out/bin/dash"
setcap cap_net_admin+ep "$out/usr/sbin/nft"
setcap cap_net_admin+ep "$out/usr/sbin/xtables-nft-multi"
setcap cap_net_admin,cap_net_raw+ep "$out/usr/sbin/xtables-legacy-multi"
