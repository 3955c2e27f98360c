#!/usr/bin/env bash
# Supervises a sandbox, a set of process, mount and network namespaces. Runs until its stdin closes, which happens
# however its starter ends; then kills all processes in the sandbox and removes what is left.
# Writes the PID of the sandbox's first process to DIRECTORY/pid.
# Usage: supervisor.sh DIRECTORY NAME
set -uo pipefail
trap '' HUP INT TERM
directory=$1
name=$2
here=$(dirname "$(realpath "$0")")

# If this script is killed, so is the sandbox.
setpriv --pdeathsig KILL unshare --mount --net --pid --fork --kill-child --propagation private --mount-proc \
  "$here/init.sh" "$directory" "$name" </dev/null >"$directory/logs/init.log" 2>&1 &
unshare=$!
until read -r -d ' ' pid <"/proc/$unshare/task/$unshare/children"; do
  kill -0 $unshare || exit 1
  sleep 0.01
done 2>/dev/null
echo "$pid" >"$directory/pid"

cat >/dev/null

# The kernel kills all processes of a PID namespace with its first one. Mounts and network go with the last process.
kill -KILL "$pid" 2>/dev/null
wait $unshare 2>/dev/null
for hierarchy in /sys/fs/cgroup /sys/fs/cgroup/*; do
  [ -d "$hierarchy/$name" ] || continue
  for _ in {1..100}; do
    find "$hierarchy/$name" -depth -type d -exec rmdir {} + 2>/dev/null && break
    sleep 0.1
  done
done
rm -rf "$directory"
