#!/usr/bin/env bash
# Checks the units of deploy/systemd: systemd understands them, they have few rights, and settings in
# environment files take effect. Prints what is wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Of 100; a service that may do everything has 96.
readonly EXPOSURE=15

SCRATCH=$(mktemp -d)
trap 'rm -rf "$SCRATCH"' EXIT
status=0

# The programs are not installed here, which would be an error; any other does.
for unit in deploy/systemd/*; do
  sed -E 's#^(ExecStart=)/usr/bin/(bellwether|bellwether-agent|grpcurl)( |$)#\1/usr/bin/true\3#' "$unit" \
    >"$SCRATCH/$(basename "$unit")"
done
for unit in deploy/systemd/*; do
  copy=$SCRATCH/$(basename "$unit")
  said=$(systemd-analyze verify --man=no "$copy" 2>&1) || true
  if [ -n "$said" ]; then
    echo "$unit: $said"
    status=1
  fi
  if [[ $unit != *.service ]]; then continue; fi
  said=$(systemd-analyze security --offline=yes --threshold="$EXPOSURE" --no-pager "$copy" 2>&1) || {
    echo "$unit may do more than it should: $said"
    status=1
  }
done

# A flag beats its variable, so one on the command line could not be set in the environment file.
if grep -E '^ExecStart=/usr/bin/bellwether .*--' deploy/systemd/bellwether.service; then
  echo "deploy/systemd/bellwether.service: set BELLWETHER_... by Environment= instead of a flag"
  status=1
fi
# The control plane can write to its state directories alone.
writable=$(sed -n 's/^StateDirectory=//p' deploy/systemd/bellwether.service)
while IFS= read -r folder; do
  case " $writable " in
    *" $(cut -d / -f 4 <<<"$folder") "*) ;;
    *)
      echo "deploy/systemd/bellwether.service: cannot write to $folder: only to $writable of /var/lib"
      status=1
      ;;
  esac
done < <(grep -hoE 'BELLWETHER_(DATA|BACKUP)_DIR=[^ `]+' deploy/systemd/bellwether.service deploy/README.md |
  sed 's/.*=//')
# An agent is killed no sooner than 15 s after the end of its drain period.
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
