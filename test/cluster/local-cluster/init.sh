#!/usr/bin/env bash
# The first process of a sandbox: makes in its own mounts and network what a node must not share with the machine, and reaps.
# Usage: init.sh DIRECTORY NAME. DIRECTORY/made says that it is done.
set -euo pipefail
directory=$1
name=$2

# Mounts of the kubelet have to reach containers; none reaches the machine, for whom these are private.
mount --make-rshared /

# The kubelet sets these for the whole machine (k8s.io/kubernetes, pkg/kubelet/cm, setupKernelTunables).
for sysctl in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
  private=$directory/sysctl/$sysctl
  mkdir -p "$(dirname "$private")"
  cat "/proc/sys/$sysctl" >"$private"
  mount --bind "$private" "/proc/sys/$sysctl"
done

# Paths that the kubelet, containerd and CNI do not let one choose.
for path in /var/lib/kubelet /var/log/containers /var/log/pods /run/containerd /run/netns /var/lib/cni; do
  mkdir -p "$path" "$directory/root$path"
  mount --bind "$directory/root$path" "$path"
done

# The node's group: one in version 2 of cgroups; in version 1 one in each hierarchy, where cpuset needs its processors and memory.
hierarchies=(/sys/fs/cgroup/*/)
[ -e /sys/fs/cgroup/cgroup.controllers ] && hierarchies=(/sys/fs/cgroup)
for hierarchy in "${hierarchies[@]}"; do
  mkdir -p "$hierarchy/$name"
  for file in cpuset.cpus cpuset.mems; do
    [ ! -e "$hierarchy/$file" ] || cat "$hierarchy/$file" >"$hierarchy/$name/$file"
  done
done

ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward
echo 1 >/proc/sys/net/ipv6/conf/all/forwarding

touch "$directory/made"
while :; do
  sleep 3600 &
  wait $! || true
done
