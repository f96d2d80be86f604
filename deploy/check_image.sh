#!/usr/bin/env bash
# Tries the image that deploy/build_image.sh built, as root on Debian 12: its programs run as they do
# in a pod, as a user without rights on a file system that they cannot write to, and have to pass
# deploy/quickstart.sh --check. Status 0, or what failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly IMAGE=localhost/bellwether:latest USER_ID=65532 DATA=$PWD/.quickstart
readonly MOST_MEGABYTES=100
export BUILDAH_ISOLATION=chroot

die() {
  printf 'check_image: %s\n' "$*" >&2
  exit 1
}

container=$(buildah from --pull-never "$IMAGE")
scratch=$(mktemp -d)
trap 'buildah rm "$container" >/dev/null; rm -rf "$scratch"' EXIT
root=$(buildah mount "$container")

echo "== What is in it"
megabytes=$(du -sm "$root" | cut -f1)
echo "$megabytes MB"
[ "$megabytes" -le "$MOST_MEGABYTES" ] || die "it has grown beyond $MOST_MEGABYTES MB"
for shell in bin/sh usr/bin/sh usr/bin/bash usr/bin/dash; do
  [ ! -e "$root/$shell" ] || die "it has a shell: $shell"
done
[ -z "$(find "$root" -perm /6000)" ] || die "it has programs with the rights of another user"
[ "$(buildah inspect --format '{{.OCIv1.Config.User}}' "$container")" = "$USER_ID:$USER_ID" ] ||
  die "it does not say that it runs as user $USER_ID"

# enter <bellwether or bellwether-agent>: a script that runs the program in the image. What a pod would mount is
# there, and nothing else can be written to.
enter() {
  cat <<END
#!/bin/sh
mkdir -p "$DATA" "$root/proc" "$root$DATA"
chown -R $USER_ID:$USER_ID "$DATA"
exec unshare --mount \$UNSHARE_MORE sh -c '
  mount --bind "$root" "$root" && mount -t proc proc "$root/proc" &&
  mount --bind "$DATA" "$root$DATA" && mount -o remount,bind,ro "$root" &&
  exec setpriv --no-new-privs chroot --userspec=$USER_ID:$USER_ID --groups= "$root" /usr/bin/$1 "\$@"
' enter "\$@"
END
}

readonly PLANE=$scratch/controlplane/server/bellwether
readonly AGENT=$scratch/agentclient/reference_agent/bellwether-agent
mkdir -p "$(dirname "$PLANE")" "$(dirname "$AGENT")"
enter bellwether >"$PLANE"
enter bellwether-agent >"$AGENT"
chmod +x "$PLANE" "$AGENT"

echo "== It cannot write to its own file system"
if said=$("$PLANE" --data_dir=/var/lib/bellwether 2>&1); then die "it can: $said"; fi
grep -q "Read-only file system" <<<"$said" || die "it does not say so: $said"

PROGRAMS=$scratch deploy/quickstart.sh --check

echo "== As process 1 it ends on SIGTERM"
UNSHARE_MORE="--pid --fork" "$PLANE" --data_dir="$DATA/metadata" --agent_address=127.0.0.1:0 \
  --admin_address=127.0.0.1:0 --metrics_address=127.0.0.1:0 >"$scratch/log" 2>&1 &
outer=$!
for _ in $(seq 300); do
  grep -q "the control plane is ready" "$scratch/log" && break
  sleep 0.1
done
kill -TERM "$(pgrep -P "$outer")"
wait "$outer" || die "it ended with status $?: $(cat "$scratch/log")"
grep -q "event=bye" "$scratch/log" || die "it did not end as it should: $(cat "$scratch/log")"
echo "== The image is good"
