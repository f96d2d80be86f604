#!/usr/bin/env bash
# Checks the image that deploy/build_image.sh built, as root on Debian 12. The programs run as in a pod,
# as an unprivileged user on a read-only file system, and must pass deploy/quickstart.sh --check. The
# exit status is 0 if all checks pass.
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

echo "== Checking the contents"
megabytes=$(du -sm "$root" | cut -f1)
echo "$megabytes MB"
[ "$megabytes" -le "$MOST_MEGABYTES" ] || die "the image has $megabytes MB, at most $MOST_MEGABYTES MB are allowed"
for shell in bin/sh usr/bin/sh usr/bin/bash usr/bin/dash; do
  [ ! -e "$root/$shell" ] || die "the image contains a shell: $shell"
done
[ -z "$(find "$root" -perm /6000)" ] || die "the image contains setuid or setgid programs"
[ "$(buildah inspect --format '{{.OCIv1.Config.User}}' "$container")" = "$USER_ID:$USER_ID" ] ||
  die "the image is not configured to run as user $USER_ID"

# enter <bellwether or bellwether-agent>: prints a script that runs the program in the image. Only the
# directory that a pod would mount is writable.
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

echo "== Checking that its file system is read-only"
if said=$("$PLANE" --data_dir=/var/lib/bellwether 2>&1); then die "the control plane could write to it: $said"; fi
grep -q "Read-only file system" <<<"$said" || die "the error does not report the read-only file system: $said"

PROGRAMS=$scratch deploy/quickstart.sh --check

echo "== Checking that process 1 exits on SIGTERM"
UNSHARE_MORE="--pid --fork" "$PLANE" --data_dir="$DATA/metadata" --agent_address=127.0.0.1:0 \
  --admin_address=127.0.0.1:0 --metrics_address=127.0.0.1:0 >"$scratch/log" 2>&1 &
outer=$!
for _ in $(seq 300); do
  grep -q "the control plane is ready" "$scratch/log" && break
  sleep 0.1
done
kill -TERM "$(pgrep -P "$outer")"
wait "$outer" || die "the control plane exited with status $?: $(cat "$scratch/log")"
grep -q 'event="shutdown complete"' "$scratch/log" || die "the control plane did not shut down cleanly: $(cat "$scratch/log")"
echo "== All checks passed"
