#!/bin/sh
# Copies the shared libraries and the loader that the programs below a directory need, and those that these need, to the
# paths that they have in their packages. Reads the ELF files (binutils) and runs none of them.
# Usage: libraries.sh PACKAGES DIRECTORY, where unpack.sh wrote PACKAGES
set -eu
packages=$1 out=$2
folder=$(dirname "$(cd "$packages/files" && find usr/lib -name libc.so.6)")
mkdir -p "$out/$folder"

# Prints the names of the libraries that the ELF files below $out need. Other files make readelf complain.
needed() {
  find "$out" -type f -exec readelf --dynamic {} + 2>/dev/null | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p' | sort -u
}

# The links of the merged /usr: the loader is in /lib or /lib64.
(cd "$packages/files" && find . -maxdepth 1 -type l -name 'lib*') | while read -r link; do
  cp --no-dereference "$packages/files/$link" "$out/$link"
done
find "$out" -type f -exec readelf --program-headers --wide {} + 2>/dev/null |
  sed -n 's/.*program interpreter: \/\(.*\)\]$/\1/p' | sort -u | while read -r loader; do
  path=usr/$loader # as /lib and /lib64 are links into /usr
  mkdir -p "$out/$(dirname "$path")"
  cp --no-dereference "$packages/files/$path" "$out/$path"
done

count=-1
while [ "$count" != "$(find "$out/$folder" -maxdepth 1 | wc -l)" ]; do
  count=$(find "$out/$folder" -maxdepth 1 | wc -l)
  for library in $(needed); do
    [ -e "$out/$folder/$library" ] || cp --dereference "$packages/files/$folder/$library" "$out/$folder/$library"
  done
done
