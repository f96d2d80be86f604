#!/usr/bin/env bash
# Renders deploy/kubernetes and checks every object (tests/style/manifests); then breaks what was
# rendered in several ways, each of which must be found. Prints what is wrong.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
PATH=$PWD/.cache/bin:$PATH

RENDERED=$(mktemp)
trap 'rm -f "$RENDERED"' EXIT
status=0

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
  elif ! faults=$(manifests <"$RENDERED"); then
    complain "$overlay: $faults"
  fi
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
