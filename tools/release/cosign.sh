#!/usr/bin/env bash
# Runs a command of cosign that signs, for the scripts that publish a release.
# Usage: cosign.sh sign|attest|sign-blob ARGUMENT...
#
# COSIGN_KEY  the file of a private key, whose password is in COSIGN_PASSWORD; nothing is sent to a transparency log.
#             Without it, the identity of the workflow that runs this signs, and the transparency log records it.
set -euo pipefail
command=$1
shift
options=(--yes)
if [ -n "${COSIGN_KEY:-}" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  # They name no service, so cosign asks none.
  cosign signing-config create --out "$work/services.json"
  cosign trusted-root create --out "$work/roots.json"
  options+=(--key "$COSIGN_KEY" --signing-config "$work/services.json" --trusted-root "$work/roots.json")
fi
cosign "$command" "${options[@]}" "$@"
