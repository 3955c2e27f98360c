#!/bin/sh
# Applies the redirect of a Pod. The rules were rendered when the Pod was created. They come in the environment, as one
# iptables-restore(8) transaction per family:
#
#   PROXY_INIT_RULES_IPV4
#   PROXY_INIT_RULES_IPV6   optional
#
# This script picks the backend: nft, or legacy if nft does not accept the rules of both families. It applies all rules
# or none, and it is idempotent: a second run replaces the rules of the first. It leaves other rules in the Pod alone.
#
# Exit status: 0 applied, 2 no rules given, 3 a capability is missing, 4 no backend accepted the rules.
#
# The image contains only a shell and iptables, so this script uses shell builtins only.
set -u
ipv4=${PROXY_INIT_RULES_IPV4:-}
ipv6=${PROXY_INIT_RULES_IPV6:-}
note=''
problems=''

# Capability numbers, see capabilities(7).
NET_ADMIN=12
NET_RAW=13

# A transaction that removes our chains.
REMOVE_CHAINS='*nat
:PROXY_INBOUND - [0:0]
:PROXY_OUTBOUND - [0:0]
-X PROXY_INBOUND
-X PROXY_OUTBOUND
COMMIT'

# The legacy backend needs a lock file, and the file system is read-only. No other process changes rules here.
export XTABLES_LOCKFILE=/dev/null

main() {
  [ -n "$ipv4" ] || fail 2 'PROXY_INIT_RULES_IPV4: expected rules for iptables-restore, got none'
  require_net_admin
  if [ -z "$ipv6" ]; then
    note='; no rules for IPv6'
  elif ! ipv6_is_on; then
    ipv6=''
    note='; IPv6 is disabled in this Pod'
  fi
  for backend in nft legacy; do
    if apply_all; then
      echo "proxy-init: redirected IPv4${ipv6:+ and IPv6} with iptables ($backend)$note"
      exit 0
    fi
  done
  fail 4 "iptables could not apply the rules on this node; nothing was changed:$problems"
}

# Applies the rules of all families, or none.
apply_all() {
  if [ $backend = legacy ] && ! has CapPrm $NET_RAW; then
    problem 'not tried: needs the capability NET_RAW in addition to NET_ADMIN'
    return 1
  fi
  apply iptables "$ipv4" || return 1
  before_ipv4=$before
  apply_ipv6 && return 0
  apply iptables "$(restoring "$before_ipv4")" || fail 4 "IPv6 failed, and IPv4 could not be restored:$problems"
  return 1
}

# Applies the IPv6 rules; without any, removes those of an earlier run.
apply_ipv6() {
  if [ -n "$ipv6" ]; then
    apply ip6tables "$ipv6"
  else
    case $(ip6tables-$backend-save -t nat 2>/dev/null) in
    *:PROXY_INBOUND*) apply ip6tables "$REMOVE_CHAINS" ;;
    esac
  fi
}

# Applies the rules $2 with $1 (iptables or ip6tables) in one transaction. Sets $before to the previous nat table.
apply() {
  before=$("$1-$backend-save" -t nat 2>/dev/null) || problem "$("$1-$backend-save" -t nat 2>&1)" || return 1
  output=$(transaction "$before" "$2" | "$1-$backend-restore" --noflush 2>&1) || problem "$output"
}

# Prints a transaction: removes the jumps to our chains that table $1 has, then applies $2, which flushes the chains.
transaction() {
  echo '*nat'
  while read -r rule; do
    is_jump "$rule" && printf '%s\n' "-D ${rule#-A }"
  done <<END
$1
END
  printf '%s\n' "${2#\*nat}"
}

# Prints a transaction that restores our rules as they are in table $1.
restoring() {
  case $1 in *:PROXY_INBOUND*) ;; *)
    echo "$REMOVE_CHAINS"
    return
    ;;
  esac
  printf '%s\n' '*nat' ':PROXY_INBOUND - [0:0]' ':PROXY_OUTBOUND - [0:0]'
  while read -r rule; do
    case $rule in '-A PROXY_'*) printf '%s\n' "$rule" ;; *) is_jump "$rule" && printf '%s\n' "$rule" ;; esac
  done <<END
$1
END
  echo COMMIT
}

is_jump() {
  case $1 in '-A PREROUTING '*'-j PROXY_INBOUND' | '-A OUTPUT '*'-j PROXY_OUTBOUND') return 0 ;; esac
  return 1
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

problem() {
  problems="$problems
  $backend: $1"
  return 1
}

fail() {
  echo "proxy-init: $2" >&2
  exit "$1"
}

main
