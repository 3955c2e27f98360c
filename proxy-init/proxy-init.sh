#!/bin/sh
# Applies the redirect of a Pod. The rules were rendered when the Pod was created. They come in the environment, once
# for each tool that may apply them:
#
#   PROXY_INIT_RULES_NFT    nft(8), for all IP families
#   PROXY_INIT_RULES_IPV4   iptables-restore(8)
#   PROXY_INIT_RULES_IPV6   ip6tables-restore(8); optional
#
# This script tries nft, iptables-nft and iptables-legacy, in this order, and stops at the first that the node accepts.
# It applies all rules or none, and a second run changes nothing. It neither reads nor changes other rules in the Pod.
#
# Exit status: 0 applied, 2 no rules given, 3 a capability is missing, 4 no backend accepted the rules.
#
# The image contains only a shell, nft and iptables, so this script uses shell builtins only.
set -u
nft=${PROXY_INIT_RULES_NFT:-}
ipv4=${PROXY_INIT_RULES_IPV4:-}
ipv6=${PROXY_INIT_RULES_IPV6:-}
note=''
problems=''

# Capability numbers, see capabilities(7).
NET_ADMIN=12
NET_RAW=13

# The legacy backend needs a lock file, and the file system is read-only.
export XTABLES_LOCKFILE=/dev/null

main() {
  [ -n "$nft" ] || fail 2 'PROXY_INIT_RULES_NFT: expected rules for nft, got none'
  require_net_admin
  if [ -z "$ipv6" ]; then
    note='; no rules for IPv6'
  elif ! ipv6_is_on; then
    ipv6=''
    note='; IPv6 is disabled in this Pod'
  fi
  for backend in nft iptables-nft iptables-legacy; do
    if try; then
      say "redirected IPv4${ipv6:+ and IPv6} with $backend$note$problems"
      exit 0
    fi
  done
  fail 4 "no backend could apply the rules on this node; the Pod has no redirect:$problems"
}

# Applies the rules with $backend, or records why it cannot.
try() {
  case $backend in
  nft)
    output=$(printf '%s' "$nft" | nft -f - 2>&1) || problem "${output%%"
"*}"
    ;;
  iptables-legacy)
    has CapPrm $NET_RAW || problem 'not tried: needs the capability NET_RAW in addition to NET_ADMIN' || return
    try_iptables legacy
    ;;
  *) try_iptables nft ;;
  esac
}

# Applies the rules of all families with iptables-$1, or none.
try_iptables() {
  restore iptables "$1" "$ipv4" && { [ -z "$ipv6" ] || restore ip6tables "$1" "$ipv6"; } && return
  removal "$ipv4" | "iptables-$1-restore" --wait 5 --noflush 2>/dev/null
  [ -z "$ipv6" ] || removal "$ipv6" | "ip6tables-$1-restore" --wait 5 --noflush 2>/dev/null
  return 1
}

# Applies the rules $3 with $1-$2, where $1 is iptables or ip6tables: one transaction per table. It empties our chains.
restore() {
  missing=$(missing_rules "$@")
  output=$(printf '%s\n' "$missing" | "$1-$2-restore" --wait 5 --noflush 2>&1) || problem "$output"
}

# Prints the rules $3 without the jumps to our chains that an earlier run added.
missing_rules() {
  while read -r line; do
    case $line in
    \**) table=${line#?} ;;
    '-A PREROUTING '* | '-A OUTPUT '*)
      # shellcheck disable=SC2086 # the words of the rule
      "$1-$2" --wait 5 -t "$table" -C ${line#-A } 2>/dev/null && continue
      ;;
    esac
    printf '%s\n' "$line"
  done <<END
$3
END
}

# Prints what removes the rules $1, one transaction per table: jumps, then chains.
removal() {
  while read -r line; do
    case $line in
    '-A PREROUTING '* | '-A OUTPUT '*) printf '%s\n' "-D ${line#-A }" "-X ${line##* }" ;;
    -A*) ;;
    *) printf '%s\n' "$line" ;;
    esac
  done <<END
$1
END
}

# Whether any interface but lo has IPv6, or will have it once it is up.
ipv6_is_on() {
  known=''
  for switch in /proc/sys/net/ipv6/conf/*/disable_ipv6; do
    case $switch in */conf/all/* | */conf/lo/*) continue ;; esac
    [ -r "$switch" ] || continue
    # `read` reads byte by byte, and the kernel ends the file after the first: the variable is set, but `read` fails.
    read -r disabled <"$switch"
    [ "$disabled" = 0 ] && return 0
    known=yes
  done
  [ -z "$known" ] && [ -r /proc/net/if_inet6 ] || return 1
  while read -r _ _ _ _ _ interface; do
    [ "$interface" = lo ] || return 0
  done </proc/net/if_inet6
  return 1
}

require_net_admin() {
  has CapPrm $NET_ADMIN && return
  has CapBnd $NET_ADMIN && fail 3 'the capability NET_ADMIN was granted but did not reach the process: either the image was copied without its file capabilities, or the container runtime (cri-dockerd) grants capabilities to root only; run the container as root (securityContext.runAsUser: 0)'
  fail 3 'securityContext.capabilities.add: expected NET_ADMIN, got a container without it'
}

# Whether the capability set $1 (see proc_pid_status(5)) contains capability $2.
has() {
  while read -r field value; do
    [ "$field" = "$1:" ] && return $((1 - (0x$value >> $2 & 1)))
  done </proc/self/status
  return 1
}

# Records why $backend failed: $1 or, if the tool printed nothing, its exit status.
problem() {
  problems="$problems
  $backend: ${1:-exit status $?}"
  return 1
}

# Prints to the log and, in Kubernetes, to the message that `kubectl describe pod` shows.
say() {
  echo "proxy-init: $1"
  [ ! -w /dev/termination-log ] || echo "proxy-init: $1" >/dev/termination-log
}

fail() {
  say "$2" >&2
  exit "$1"
}

main
