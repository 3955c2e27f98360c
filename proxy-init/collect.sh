#!/bin/sh
# Collects what the image consists of, and nothing else, from a Debian with iptables: collect.sh DIRECTORY
#
# All extensions of iptables are in it, though the rules use four: whoever else has rules in the network namespace of the Pod,
# they have to be read, and put back if something fails.
set -eu
out=$1
mkdir -p "$out/bin" "$out/usr/sbin" "$out/proc" "$out/sys" "$out/dev"

cp /bin/dash "$out/bin/"
ln -s dash "$out/bin/sh"
cp "$(dirname "$0")/proxy-init.sh" "$out/proxy-init"
for backend in nft legacy; do
  cp "/usr/sbin/xtables-$backend-multi" "$out/usr/sbin/"
  for name in iptables ip6tables; do
    for action in save restore; do
      ln -s "xtables-$backend-multi" "$out/usr/sbin/$name-$backend-$action"
    done
  done
done

extensions=$(dirname "$(find /usr/lib -name libxt_standard.so)")
mkdir -p "$out$extensions"
cp -a "$extensions"/libxt_* "$extensions"/libipt_* "$extensions"/libip6t_* "$out$extensions/"

# The libraries where the loader looks for them; /lib and /lib64 may be links into /usr.
libraries=$(ldd "$out"/bin/dash "$out"/usr/sbin/xtables-*-multi "$out$extensions"/*.so)
if echo "$libraries" | grep 'not found'; then exit 1; fi
echo "$libraries" | grep -o '/[^ ]*' | grep -v ':$' | sort -u | while read -r library; do
  mkdir -p "$out$(dirname "$library")"
  cp -L "$library" "$out$library"
done

# The licences of all that, which have to come with it.
find "$out" -type f -printf '*/%f\n' | xargs dpkg-query --search 2>/dev/null |
  grep -v ^diversion | cut -d: -f1 | sort -u | while read -r package; do
  mkdir -p "$out/usr/share/doc/$package"
  cp "/usr/share/doc/$package/copyright" "$out/usr/share/doc/$package/"
done

# It runs as a user of its own and not as root. The shell only hands on what the container is allowed; `e` on it would make the
# kernel refuse to start it without, and nobody would hear why.
setcap cap_net_admin,cap_net_raw+p "$out/bin/dash"
setcap cap_net_admin+ep "$out/usr/sbin/xtables-nft-multi"
setcap cap_net_admin,cap_net_raw+ep "$out/usr/sbin/xtables-legacy-multi"
