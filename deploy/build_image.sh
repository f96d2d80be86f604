#!/usr/bin/env bash
# Builds the image on Debian 12 as root, without a daemon and without a registry: the base of the
# build stage is made from Debian's packages.
#
#   deploy/build_image.sh                 builds localhost/bellwether:latest
#   BAZEL_CACHE=DIR deploy/build_image.sh does the same, with DIR as a cache of compiled files
#
# The image is then in buildah's storage; "buildah push localhost/bellwether <destination>" exports it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly IMAGE=localhost/bellwether:latest BASE=localhost/debian:12

# Needs no user namespaces and no cgroups.
export BUILDAH_ISOLATION=chroot

deploy/install_dependencies.sh --image

if ! buildah inspect --type image "$BASE" >/dev/null 2>&1; then
  echo "Making $BASE from Debian's packages"
  root=$(mktemp -d)
  trap 'rm -rf "$root"' EXIT
  debootstrap --variant=minbase bookworm "$root" >"$root.log" 2>&1 || {
    tail -n 20 "$root.log"
    exit 1
  }
  rm -f "$root.log"
  # Include updates and security fixes.
  for suite in debian:bookworm-updates debian-security:bookworm-security; do
    echo "deb http://deb.debian.org/${suite/:/ } main" >>"$root/etc/apt/sources.list"
  done
  container=$(buildah from scratch)
  buildah add -q "$container" "$root" / >/dev/null
  buildah commit -q --rm "$container" "$BASE" >/dev/null
fi

options=()
if [ -n "${BAZEL_CACHE:-}" ]; then
  mkdir -p "$BAZEL_CACHE"
  options+=(--volume "$(realpath "$BAZEL_CACHE"):/bazel-cache"
    --build-arg "BAZEL_FLAGS=--disk_cache=/bazel-cache")
fi
buildah build --layers --pull-never --file deploy/Dockerfile \
  --ignorefile deploy/Dockerfile.dockerignore --build-arg "BASE=$BASE" \
  "${options[@]}" --tag "$IMAGE" .
echo "Built $IMAGE"
