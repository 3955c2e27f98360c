#!/bin/sh
# Usage: proxy-init [wait-for-node-agent]
#
# Without an argument, applies the redirect of a Pod. The rules come in the environment, once for each tool that may
# apply them:
#
#   PROXY_INIT_RULES_NFT    nft(8), for all IP families
#   PROXY_INIT_RULES_IPV4   iptables-restore(8)
#   PROXY_INIT_RULES_IPV6   ip6tables-restore(8); optional
#
# This script tries nft, iptables-nft and iptables-legacy, in this order, and stops at the first that the node accepts.
# It applies all rules or none, and a second run changes nothing. It neither reads nor changes other rules in the Pod.
#
# With `wait-for-node-agent`, waits until the agent on the node has applied the redirect, for the families named in
# PROXY_INIT_FAMILIES: `ipv4` or `ipv4 ipv6`. It needs no capability. The agent's rules redirect port 1 of 127.0.0.6 and
# of ::1 to a listener of this script, so a connection is accepted or refused at once, and no packet leaves the Pod.
#
# Exit status: 0 redirected, 2 wrong usage, 3 a capability is missing, 4 no backend accepted the rules, 5 the listener
# ended, 143 SIGTERM.
#
# Besides nft and iptables, the image contains a shell, nc, and sleep, so this script uses shell builtins for the rest.
set -u
nft=${PROXY_INIT_RULES_NFT:-}
ipv4=${PROXY_INIT_RULES_IPV4:-}
ipv6=${PROXY_INIT_RULES_IPV6:-}
note=''
problems=''
# The agent of the node, which runs this script in the network of a Pod, has a message of its own.
message_file=${PROXY_INIT_MESSAGE_FILE:-/dev/termination-log}

# Capability numbers, see capabilities(7).
NET_ADMIN=12
NET_RAW=13

# The legacy backend needs a lock file, and the file system is read-only.
export XTABLES_LOCKFILE=/dev/null

# The port of the listener. The agent's rules name it, too: src/core/redirect/validator.ts.
LISTENER_PORT=61054

main() {
  case "$# ${1:-}" in
  '0 ') apply ;;
  '1 wait-for-node-agent') wait_for_agent ;;
  *) fail 2 "expected no argument, or wait-for-node-agent, got $*" ;;
  esac
}

# Applies the rules of the environment.
apply() {
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

# Waits for the rules of the agent. The first attempts follow each other closely: usually the rules are there already.
wait_for_agent() {
  families='' listeners=''
  trap 'exit 143' TERM INT # process 1 ignores signals without a trap
  trap '[ -z "$listeners" ] || kill $listeners 2>/dev/null' EXIT
  case ${PROXY_INIT_FAMILIES:-} in
  ipv4) note='; IPv6 is not redirected' ;;
  'ipv4 ipv6') ;;
  *) fail 2 "PROXY_INIT_FAMILIES: expected ipv4, or ipv4 ipv6, got ${PROXY_INIT_FAMILIES:-nothing}" ;;
  esac
  listen ipv4 127.0.0.1
  if [ -n "$note" ]; then
    :
  elif ! ipv6_is_on; then
    note='; IPv6 is disabled in this Pod'
  elif ! loopback_has_ipv6; then
    note='; not checked for IPv6, which lo does not have'
  else
    listen ipv6 ::1
  fi
  attempts=0 seconds=0 waited=''
  until all_redirected; do
    # shellcheck disable=SC2086 # several process IDs
    kill -0 $listeners 2>/dev/null || fail 5 "expected port $LISTENER_PORT of the loopback to be free, but nc could not listen on it"
    attempts=$((attempts + 1))
    if [ "$attempts" -lt 50 ]; then
      sleep 0.02
      continue
    fi
    [ $((seconds % 60)) != 0 ] ||
      echo "proxy-init: waiting for the node to redirect $(names)$waited: is the agent of proxy-injector running on this node, and is NRI enabled in its container runtime?"
    sleep 1
    seconds=$((seconds + 1)) waited=", for $seconds s so far"
  done
  say "the node redirected $(names)$note"
}

# Listens on the address $2 for the family $1, in the background.
listen() {
  families="$families $1"
  nc -l -k -d "$2" "$LISTENER_PORT" >/dev/null 2>&1 &
  listeners="$listeners $!"
}

# Whether the rules of all families are in place.
all_redirected() {
  for family in $families; do
    case $family in ipv4) address=127.0.0.6 ;; *) address=::1 ;; esac
    nc -z -w 1 "$address" 1 2>/dev/null || return 1
  done
}

# Prints the families that have a listener.
names() {
  case $families in *ipv6) echo 'IPv4 and IPv6' ;; *) echo IPv4 ;; esac
}

loopback_has_ipv6() {
  while read -r _ _ _ _ _ interface; do
    [ "$interface" != lo ] || return 0
  done </proc/net/if_inet6
  return 1
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

# Applies the rules of all families with iptables-$1, or none. IPv4 goes last: its rules answer the validator, which
# cannot check those of IPv6 if lo has no IPv6 address.
try_iptables() {
  { [ -z "$ipv6" ] || restore ip6tables "$1" "$ipv6"; } && restore iptables "$1" "$ipv4" && return
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
  [ ! -w "$message_file" ] || echo "proxy-init: $1" >"$message_file"
}

fail() {
  say "$2" >&2
  exit "$1"
}

main "$@"
