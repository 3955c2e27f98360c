#!/usr/bin/env bash
# Generates src/agent/nri/messages_pb.ts from messages.proto. Needs protoc (Debian's protobuf-compiler). The generator
# wants Node 22, but runs on 20. It has the version of the runtime that package.json pins.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(node --print 'require("./package.json").dependencies["@bufbuild/protobuf"]')
packages=$(mktemp -d)
trap 'rm -r "$packages"' EXIT
npm install --silent --no-save --engine-strict=false --prefix "$packages" "@bufbuild/protoc-gen-es@$version"
protoc --plugin="$packages/node_modules/.bin/protoc-gen-es" --proto_path=src/agent/nri --es_out=src/agent/nri \
  --es_opt=target=ts messages.proto
sed -i '/^\/\* eslint-disable \*\/$/d' src/agent/nri/messages_pb.ts # Biome leaves the file out by its name
