#!/usr/bin/env bash
# Keeps a sandbox: namespaces of its own for processes, mounts and the network. Lasts until its standard input ends, as it does when
# whoever holds the other end is gone, however that came; then ends every process in it and removes what is left of it.
# Usage: supervisor.sh DIRECTORY NAME. Writes the process that stands for the namespaces to DIRECTORY/pid.
set -uo pipefail
trap '' HUP INT TERM
directory=$1
name=$2
here=$(dirname "$(realpath "$0")")

# Should this be killed itself, so is the other.
setpriv --pdeathsig KILL unshare --mount --net --pid --fork --kill-child --propagation private --mount-proc \
  "$here/init.sh" "$directory" "$name" </dev/null >"$directory/logs/init.log" 2>&1 &
unshare=$!
until read -r -d ' ' pid <"/proc/$unshare/task/$unshare/children"; do
  kill -0 $unshare || exit 1
  sleep 0.01
done 2>/dev/null
echo "$pid" >"$directory/pid"

cat >/dev/null

# The kernel ends the processes of a PID namespace with its first; its mounts and its network go with the last of them.
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
