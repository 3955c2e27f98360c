#!/usr/bin/env bash
# require-module.sh MODULE VERSION: makes the current folder a Go module whose dependencies are those of the given one,
# so that its commands can be built.
set -euo pipefail
module=$1 version=$2
go mod init tools
go mod edit -require "$module@$version"
# Modules that it replaces with its ./staging folders are published under the same minor and patch version.
go mod download -json "$module@$version" | sed -n 's/^\t"GoMod": "\(.*\)",$/\1/p' | xargs sed -n 's|^\t\(.*\) => \./staging/.*|\1|p' |
  while read -r staged; do go mod edit -replace "$staged=$staged@v0.${version#v1.}"; done
