#!/usr/bin/env bash
# Has systemd check the units of deploy/systemd: that they mean something, and that what they may do
# stays little. Prints what is wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Of 100; a service that may do everything has 96.
readonly EXPOSURE=15

SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
status=0

for unit in deploy/systemd/*.service; do
  copy=$SCRATCH/$(basename "$unit")
  # The programs are not installed here, which would be an error; any other does.
  sed -E 's|^(ExecStart=)/usr/bin/bellwether(-agent)? |\1/usr/bin/true |' "$unit" >"$copy"
  said=$(systemd-analyze verify --man=no "$copy" 2>&1) || true
  if [ -n "$said" ]; then
    echo "$unit: $said"
    status=1
  fi
  said=$(systemd-analyze security --offline=yes --threshold="$EXPOSURE" --no-pager "$copy" 2>&1) || {
    echo "$unit may do more than it should: $said"
    status=1
  }
done
# Whoever stops an agent waits 15 s longer than its clients may take to move.
drain=$(sed -n 's/.*drain_period = absl::Seconds(\([0-9]*\)).*/\1/p' \
  agentclient/reference_agent/agent_options.h)
for wait in "deploy/systemd/bellwether-agent@.service TimeoutStopSec=" \
  "deploy/kubernetes/agents/set/stateful_set.yaml terminationGracePeriodSeconds: "; do
  file=${wait%% *}
  setting=${wait#* }$((drain + 15))
  if ! grep -Eq "^ *$setting\$" "$file"; then
    echo "$file: should have '$setting': the drain period of ${drain:-?} s and 15 s more"
    status=1
  fi
done
exit "$status"
