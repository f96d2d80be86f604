#!/usr/bin/env bash
# Creates the image's file system: the programs, the libraries that they load, the records of the
# libraries' Debian packages for scanners, and a user.
#
#   deploy/image_root.sh <new folder> <bazel-bin>
#
# The build stage of deploy/Dockerfile calls it.
set -euo pipefail

readonly ROOT=$1 BIN=$2
readonly PROGRAMS=(
  "$BIN/controlplane/server/bellwether"
  "$BIN/agentclient/reference_agent/bellwether-agent"
)
readonly CERTIFICATES=/etc/ssl/certs/ca-certificates.crt

# Prints the paths of the libraries that the programs load, including the dynamic linker.
libraries() {
  ldd "${PROGRAMS[@]}" | grep -oE '/[^ ]+\.so[^ ]*' | grep -v ':$' | sort -u
}

# copy <path>: copies the file to the same path in the image, and follows links.
copy() {
  install -D -m 755 "$1" "$ROOT$1"
}

# Prints the package of a library. On Debian /lib is a link to /usr/lib, and packages list either path.
package_of() {
  dpkg-query -S "$1" 2>/dev/null || dpkg-query -S "${1#/usr}" 2>/dev/null || dpkg-query -S "/usr$1"
}

mkdir -p "$ROOT"/{etc/ssl/certs,usr/bin,usr/lib,usr/lib64,var/lib/dpkg/status.d}
ln -s usr/lib usr/lib64 "$ROOT/"
install -m 755 -s "${PROGRAMS[@]}" "$ROOT/usr/bin"

mapfile -t needed < <(libraries)
for library in "${needed[@]}"; do
  copy "$library"
  package=$(package_of "$library" | head -n 1 | cut -d: -f1)
  dpkg-query -s "$package" >"$ROOT/var/lib/dpkg/status.d/$package"
done

install -m 644 "$CERTIFICATES" "$ROOT$CERTIFICATES"
echo 'hosts: files dns' >"$ROOT/etc/nsswitch.conf"
echo 'bellwether:x:65532:65532::/nonexistent:/nonexistent' >"$ROOT/etc/passwd"
echo 'bellwether:x:65532:' >"$ROOT/etc/group"
cp /etc/debian_version "$ROOT/etc/"
cp /usr/lib/os-release "$ROOT/etc/os-release"
