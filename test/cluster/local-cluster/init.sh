#!/usr/bin/env bash
# The first process of a sandbox: sets up, in its own namespaces, what a node must not share with the host; then reaps
# orphaned processes. Creates DIRECTORY/made when the setup is done.
# Usage: init.sh DIRECTORY NAME
set -euo pipefail
directory=$1
name=$2

# The kubelet's mounts must propagate to containers. They do not reach the host: to it, this mount namespace is private.
mount --make-rshared /

# A Pod with hostUsers: false may only mount its /proc if there is one here that nothing is mounted over (the kernel's
# mount_too_revealing).
mkdir "$directory/proc"
mount -t proc proc "$directory/proc"

# The kubelet sets these for the whole host (k8s.io/kubernetes, pkg/kubelet/cm, setupKernelTunables).
for sysctl in vm/overcommit_memory vm/panic_on_oom kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes; do
  private=$directory/sysctl/$sysctl
  mkdir -p "$(dirname "$private")"
  cat "/proc/sys/$sysctl" >"$private"
  mount --bind "$private" "/proc/sys/$sysctl"
done

# Paths that are fixed in the kubelet, containerd and CNI, or the chart's defaults.
for path in /var/lib/kubelet /var/log/containers /var/log/pods /run/containerd /run/netns /run/nri /var/lib/cni; do
  mkdir -p "$path" "$directory/root$path"
  mount --bind "$directory/root$path" "$path"
done

# The node's control group: one in cgroups v2; in v1 one per hierarchy, where cpuset also needs CPUs and memory nodes.
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
