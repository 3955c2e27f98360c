#!/usr/bin/env bash
# Builds tools/install/otlp-receiver into .tools/bin.
# With --check, builds nothing and succeeds if it is current.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$PWD/.tools/bin
stamp=$(cat "$0" tools/install/otlp-receiver/* | sha256sum | cut -d' ' -f1)
[ "$(cat "$bin/otlp-receiver.stamp" 2>/dev/null)" = "$stamp" ] && exit
[ "${1:-}" = --check ] && exit 1

echo "building the OTLP receiver of the OpenTelemetry Collector"
mkdir -p "$bin"
CGO_ENABLED=0 go -C tools/install/otlp-receiver build -trimpath -ldflags "-s -w" -o "$bin/otlp-receiver" .
echo "$stamp" >"$bin/otlp-receiver.stamp"
