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

for overlay in deploy/kubernetes/overlays/*/ tests/style/manifests/*/; do
  if ! kustomize build "$overlay" >"$RENDERED"; then
    complain "$overlay cannot be rendered"
  elif ! faults=$(manifests "${SECRETS[@]}" <"$RENDERED"); then
    complain "$overlay: $faults"
  fi
  # The API server drops them, so each "kubectl apply" would change the object.
  if grep -qE '^ *(- )?[A-Za-z]+: \[\]$' "$RENDERED"; then
    complain "$overlay has empty lists: $(grep -E '^ *(- )?[A-Za-z]+: \[\]$' "$RENDERED")"
  fi
done

# A variable that is no flag would be ignored without a word.
known=$({
  tr -d '\n' <controlplane/server/main.cc | grep -oE 'ABSL_FLAG\([^,]+, *[a-z_]+,' |
    sed -E 's/.*, *([a-z_]+),$/BELLWETHER_\U\1/'
  grep -oE 'BELLWETHER_AGENT_[A-Z_]+|WARPSTREAM_[A-Z_]+' agentclient/reference_agent/README.md
} | sort -u)
for variable in $(grep -rhoE '\b(BELLWETHER|WARPSTREAM)_[A-Z_]+[A-Z]\b=' deploy/kubernetes | tr -d = | sort -u); do
  grep -qx "$variable" <<<"$known" || complain "deploy/kubernetes: no program knows $variable"
done

# Every component is looked at.
for component in deploy/kubernetes/components/*/; do
  grep -q "/$(basename "$component")$" deploy/kubernetes/overlays/*/kustomization.yaml \
    tests/style/manifests/*/kustomization.yaml ||
    complain "$component is missing in tests/style/manifests/everything"
done

# Reference agents throw records away, so nobody gets them without asking for them.
for default in deploy/kubernetes/base deploy/kubernetes/overlays/production; do
  if kustomize build "$default" | grep -q "bellwether-agent"; then
    complain "$default has reference agents, which are for demonstration only: use a component"
  fi
done

# Commands about nodes have no namespace.
commands=$(grep -nE 'kubectl ' deploy/README.md | grep -vE 'kubectl (-n [a-z]+ |drain|uncordon)' || true)
if [ -n "$commands" ]; then
  complain "deploy/README.md: commands without \"-n\" look into the wrong namespace: $commands"
fi

# What deploy/README.md refers to is there.
while IFS= read -r path; do
  compgen -G "$path" >/dev/null || complain "deploy/README.md refers to $path, which is not there"
done < <(grep -oE '\b(deploy|tests)/[A-Za-z0-9_/.*-]*[A-Za-z0-9*]' deploy/README.md | sort -u)

# What is broken below.
kustomize build tests/style/manifests/production_with_agents >"$RENDERED"
must_find "an unknown field" 's/failureThreshold: 600/failureTreshold: 600/' 'unknown field'
must_find "a value that cannot be" 's/maxUnavailable: 1/maxUnavailable: -1/' 'must be greater than'
must_find "a mount without its volume" '/mountPath/{n;s/data/none/}' 'mounts the volume'
must_find "a pod that may be root" 's/runAsNonRoot: true/runAsNonRoot: false/' 'not restricted'
must_find "a port that is not there" 's/targetPort: kafka/targetPort: kafak/' 'names the port kafak'
must_find "a selector of nothing" '/^kind: PodDisruptionBudget/,/^kind: NetworkPolicy/s/component: agent$/component: none/' 'selects no pod'
must_find "a missing config map" '/^kind: ConfigMap/s/ConfigMap/Namespace/' 'names the ConfigMap'
must_find "a pod with variables of services" 's/enableServiceLinks: false/enableServiceLinks: true/' 'enableServiceLinks'
must_find "a pod with a token" 's/automountServiceAccountToken: false/automountServiceAccountToken: true/' 'automountServiceAccountToken'
must_find "a container without a memory limit" 's/limits:/claims: []/;/memory: (512Mi|1Gi)/d' 'has no memory limit'
must_find "an image that is pulled again and again" 's/bellwether:0.1.0/bellwether:latest/' 'imagePullPolicy'
must_find "a variable that is not set" 's/POD_NAME\)/POD_NAM)/' 'POD_NAM), which it does not set'
must_find "an agent of the wrong zone" 's/topology.kubernetes.io\/zone: zone-b/topology.kubernetes.io\/zone: zone-d/' 'reports the zone "zone-b"'
must_find "a budget for several zones" '/^kind: PodDisruptionBudget/,/^---/s/ +bellwether\/zone: zone-c//' 'is not the budget of the StatefulSet of its name alone'
must_find "a zone without an autoscaler" '/^kind: HorizontalPodAutoscaler/,/^---/s/name: bellwether-agent-c/name: none/' 'names the HorizontalPodAutoscaler'
must_find "a spread that counts tainted nodes" '/nodeTaintsPolicy/d' 'set nodeTaintsPolicy'
must_find "a spread that counts old pods" '/controller-revision-hash/d;s/matchLabelKeys:/matchLabelKeys: []/' 'set matchLabelKeys'
must_find "agents that cannot probe each other" '/^  egress:/,/^---/s/port: kafka/port: 1/' 'do not let agent connect to port 9092 of agent'
must_find "a control plane that may connect to others" '/^  - Egress$/d' 'let control plane connect to port 9092 of agent'
must_find "an admin port for everybody" '/- port: agents/s/agents/admins/' 'let agent connect to port 7421 of control plane'
exit "$status"
