#!/bin/sh
# Applies the redirect of one Pod. The rules were rendered when the Pod was created and come in the environment, one
# transaction of iptables-restore(8) for a family:
#
#   PROXY_INIT_RULES_IPV4
#   PROXY_INIT_RULES_IPV6   may be missing
#
# What is left to do here is to pick the backend: nft, or else legacy, whichever takes the rules of both families. It is
# all or nothing, and running it again, with the same rules or with others, leaves what one run leaves. The rules of
# others in the Pod are not touched.
#
# Exit status: 0 applied, 2 no rules given, 3 a capability is missing, 4 no backend took the rules.
#
# The image holds a shell and iptables and nothing else: only what is built into the shell is at hand.
set -u
ipv4=${PROXY_INIT_RULES_IPV4:-}
ipv6=${PROXY_INIT_RULES_IPV6:-}
note=''
problems=''

# Numbers of capabilities(7).
NET_ADMIN=12
NET_RAW=13

# A transaction that takes our chains out.
NOTHING='*nat
:PROXY_INBOUND - [0:0]
:PROXY_OUTBOUND - [0:0]
-X PROXY_INBOUND
-X PROXY_OUTBOUND
COMMIT'

# Legacy insists on a lock. The file system is read-only, and nobody else is at work in this network namespace.
export XTABLES_LOCKFILE=/dev/null

main() {
  [ -n "$ipv4" ] || fail 2 'PROXY_INIT_RULES_IPV4: expected rules for iptables-restore, got none'
  require_net_admin
  if [ -z "$ipv6" ]; then
    note='; there are no rules for IPv6'
  elif ! ipv6_is_on; then
    ipv6=''
    note='; IPv6 is off in this Pod'
  fi
  for backend in nft legacy; do
    if apply_all; then
      echo "proxy-init: redirected IPv4${ipv6:+ and IPv6} with iptables ($backend)$note"
      exit 0
    fi
  done
  fail 4 "iptables could not apply the rules on this node, and nothing was changed:$problems"
}

# Every family, or none.
apply_all() {
  if [ $backend = legacy ] && ! has CapPrm $NET_RAW; then
    problem 'was not tried, because it needs the capability NET_RAW beside NET_ADMIN'
    return 1
  fi
  apply iptables "$ipv4" || return 1
  before_ipv4=$before
  apply_ipv6 && return 0
  apply iptables "$(ours "$before_ipv4")" || fail 4 "IPv6 failed, and IPv4 could not be undone:$problems"
  return 1
}

# Where IPv6 is not redirected, what an earlier run may have left of it goes.
apply_ipv6() {
  if [ -n "$ipv6" ]; then
    apply ip6tables "$ipv6"
  else
    case $(ip6tables-$backend-save -t nat 2>/dev/null) in
    *:PROXY_INBOUND*) apply ip6tables "$NOTHING" ;;
    esac
  fi
}

# One transaction of $1, which is iptables or ip6tables, with the rules $2; $before is what the nat table held.
apply() {
  before=$("$1-$backend-save" -t nat 2>/dev/null) || problem "$("$1-$backend-save" -t nat 2>&1)" || return 1
  output=$(transaction "$before" "$2" | "$1-$backend-restore" --noflush 2>&1) || problem "$output"
}

# The rules $2, which empty the chains that they declare, after the removal of the jumps into these chains that the table $1 has.
transaction() {
  echo '*nat'
  while read -r rule; do
    is_jump "$rule" && printf '%s\n' "-D ${rule#-A }"
  done <<END
$1
END
  printf '%s\n' "${2#\*nat}"
}

# A transaction that leaves of ours what the table $1 holds.
ours() {
  case $1 in *:PROXY_INBOUND*) ;; *)
    echo "$NOTHING"
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

# Whether an interface has IPv6, or will have it when it comes up.
ipv6_is_on() {
  known=''
  for switch in /proc/sys/net/ipv6/conf/*/disable_ipv6; do
    case $switch in */conf/all/* | */conf/lo/*) continue ;; esac
    [ -r "$switch" ] || continue
    # The kernel hands out the first byte and then says that there is no more: `read` has it, and fails for want of a newline.
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
  has CapBnd $NET_ADMIN && fail 3 'the capability NET_ADMIN was granted and did not come through: either the image was copied without its file capabilities, or the container runtime (cri-dockerd) hands capabilities to root alone; run it as root (securityContext.runAsUser: 0)'
  fail 3 'the capability NET_ADMIN: expected it in securityContext.capabilities.add, got a container without it'
}

# Whether the set $1 of proc_pid_status(5) holds the capability $2.
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
