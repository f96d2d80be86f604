#!/usr/bin/env bash
# Renders deploy/kubernetes and checks every object (tests/style/manifests); then breaks what was
# rendered in several ways, each of which must be found. Prints what is wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH=$PWD/.cache/bin:$PATH

RENDERED=$(mktemp)
trap 'rm -f "$RENDERED"' EXIT
status=0

# What deploy/README.md has the operator make.
readonly SECRETS=(bellwether-tls bellwether-admin-ca bellwether-agent-tls bellwether-agent-key
  bellwether-backup)

complain() {
  echo "$*"
  status=1
}

# must_find <what> <sed script> <expected complaint>: breaks what was rendered.
must_find() {
  local found
  found=$(sed -E "$2" "$RENDERED" | manifests || true)
  grep -qF -- "$3" <<<"$found" || complain "deploy/kubernetes: $1 would not be found; it says: $found"
}

if [ -n "$(gofmt -l tests/style/manifests)" ]; then
  complain "tests/style/manifests: run gofmt -w on $(gofmt -l tests/style/manifests)"
fi

for overlay in deploy/kubernetes/overlays/*/ tests/style/manifests/everything; do
  if ! kustomize build "$overlay" >"$RENDERED"; then
    complain "$overlay cannot be rendered"
  elif ! faults=$(manifests "${SECRETS[@]}" <"$RENDERED"); then
    complain "$overlay: $faults"
  fi
done

# A variable that is no flag would be ignored without a word.
known=$({
  sed -nE 's/^ABSL_FLAG\([^,]+, ([a-z_]+),.*/BELLWETHER_\U\1/p' controlplane/server/main.cc
  grep -oE 'BELLWETHER_AGENT_[A-Z_]+|WARPSTREAM_[A-Z_]+' agentclient/reference_agent/README.md
} | sort -u)
for variable in $(grep -rhoE '\b(BELLWETHER|WARPSTREAM)_[A-Z_]+[A-Z]\b=' deploy/kubernetes | tr -d = | sort -u); do
  grep -qx "$variable" <<<"$known" || complain "deploy/kubernetes: no program knows $variable"
done

# Every component is looked at.
for component in deploy/kubernetes/components/*/; do
  grep -q "/$(basename "$component")$" tests/style/manifests/everything/kustomization.yaml ||
    complain "$component is missing in tests/style/manifests/everything"
done

must_find "an unknown field" 's/failureThreshold: 600/failureTreshold: 600/' 'unknown field'
must_find "a value that cannot be" 's/maxUnavailable: 1/maxUnavailable: -1/' 'must be greater than'
must_find "a mount without its volume" '/mountPath/{n;s/data/none/}' 'mounts the volume'
must_find "a pod that may be root" 's/runAsNonRoot: true/runAsNonRoot: false/' 'not restricted'
must_find "a port that is not there" 's/targetPort: kafka/targetPort: kafak/' 'names the port kafak'
must_find "a selector of nothing" '/^kind: PodDisruptionBudget/,/^kind: NetworkPolicy/s/component: agent$/component: none/' 'selects no pod'
must_find "a missing config map" '/^kind: ConfigMap/s/ConfigMap/Namespace/' 'names the ConfigMap'
exit "$status"
