#!/usr/bin/env bash
# Sets up a working cluster on a bare Debian 12.
#
#   deploy/quickstart.sh           installs, builds and starts it; runs until Ctrl-C
#   deploy/quickstart.sh --check   does the same, verifies every step, and exits: status 0 if all succeed
#
# The variable PROGRAMS=DIR uses the programs in DIR, which has the layout of bazel-bin, instead of
# building them.
#
# Starts a control plane on embedded RocksDB and three reference agents, creates the virtual cluster
# "orders", and asks for leaders with a real Kafka client. Data stays in .quickstart/ for the next run.
#
# Needs root or sudo (apt-get) and a Go module proxy (grpcurl). Ports: 7420 to 7422, 9192 to 9194.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly DATA=$PWD/.quickstart
readonly ADMIN=127.0.0.1:7421 AGENT=127.0.0.1:7420 METRICS=127.0.0.1:7422
readonly KAFKA_PORTS=(9192 9193 9194)
readonly TOPICS=clicks:6
readonly CLUSTER=orders POOL=apn_orders

check=false
case "${1:-}" in
  "") ;;
  --check) check=true ;;
  *)
    echo "usage: deploy/quickstart.sh [--check]" >&2
    exit 2
    ;;
esac

step() { printf '\n== %s\n' "$*"; }
die() {
  printf 'quickstart: %s\n' "$*" >&2
  exit 1
}

pids=()
stop_all() {
  trap - EXIT INT TERM
  # Agents first, so that they can deregister from the control plane.
  local i
  for ((i = ${#pids[@]} - 1; i >= 0; i--)); do kill "${pids[i]}" 2>/dev/null || true; done
  wait
}
trap stop_all EXIT
trap 'exit 130' INT TERM

# start <name> <command...>: runs the command in the background, with its log in .quickstart/<name>.log.
start() {
  local name=$1
  shift
  # Empty the log before the process starts, so that lines of an earlier run do not count.
  : >"$DATA/$name.log"
  "$@" >>"$DATA/$name.log" 2>&1 &
  pids+=($!)
}

# await <name> <log> <command...>: waits until the command succeeds, for at most 30 seconds.
await() {
  local what=$1 log=$2 deadline=$((SECONDS + 30))
  shift 2
  until "$@" >/dev/null 2>&1; do
    kill -0 "${pids[-1]}" 2>/dev/null || die "$what exited during its start; the end of $log:
$(tail -n 5 "$log")"
    ((SECONDS < deadline)) || die "$what did not start within 30 seconds; the end of $log:
$(tail -n 5 "$log")"
    sleep 0.1
  done
  # Another process on the same ports may have answered.
  kill -0 "${pids[-1]}" 2>/dev/null || die "$what exited during its start; the end of $log:
$(tail -n 5 "$log")"
}

grpcurl_call() {
  local address=$1 method=$2 body=$3
  .cache/bin/grpcurl -plaintext -d "$body" "$address" "bellwether.v1.$method"
}

# leaders <kafka port> <client id>: prints one line "partition leader" for each partition of the topic.
leaders() {
  kcat -b "127.0.0.1:$1" -L -t "${TOPICS%%:*}" -X "client.id=$2" -m 10 |
    sed -nE 's/^ *partition ([0-9]+), leader ([0-9]+),.*/\1 \2/p' | sort -n
}

step "Installing missing dependencies"
deploy/install_dependencies.sh --build

if [ -n "${PROGRAMS:-}" ]; then
  bin=$PROGRAMS
else
  step "Building (takes some minutes the first time)"
  bazel build -c opt //controlplane/server:bellwether //agentclient/reference_agent:bellwether-agent
  bin=$(bazel info -c opt bazel-bin 2>/dev/null)
fi

mkdir -p "$DATA"
step "Starting the control plane: agents $AGENT, admins $ADMIN, metrics $METRICS"
start controlplane "$bin/controlplane/server/bellwether" \
  --agent_address="$AGENT" --admin_address="$ADMIN" --metrics_address="$METRICS" \
  --data_dir="$DATA/metadata"
await "The control plane" "$DATA/controlplane.log" \
  grep -q "the control plane is ready" "$DATA/controlplane.log"

step "Virtual cluster \"$CLUSTER\""
if grpcurl_call "$ADMIN" VirtualClusterService/GetVirtualCluster \
  "{\"name\":\"virtualClusters/$CLUSTER\"}" 2>/dev/null; then
  echo "(from an earlier run)"
else
  grpcurl_call "$ADMIN" VirtualClusterService/CreateVirtualCluster \
    "{\"virtual_cluster_id\":\"$CLUSTER\"}" || die "could not create the virtual cluster"
fi

step "Starting three agents in pool $POOL"
for i in "${!KAFKA_PORTS[@]}"; do
  address=127.0.0.1:${KAFKA_PORTS[i]}
  start "agent-$i" "$bin/agentclient/reference_agent/bellwether-agent" \
    -agentID="agent-$i" -agentPoolName="$POOL" -defaultVirtualClusterID="$CLUSTER" \
    -controlPlaneAddress="$AGENT" -kafkaAddress="$address" -stateDir="$DATA/agent-$i" \
    -topics="$TOPICS"
  await "agent-$i" "$DATA/agent-$i.log" kcat -b "$address" -L -m 2
  echo "agent-$i listens on $address"
done

# The agents of a new pool lead as soon as all of them have reported.
active_agents() {
  grpcurl_call "$ADMIN" AgentPoolService/ListAgents "{\"parent\":\"agentPools/$POOL\"}" |
    grep -c '"STATE_ACTIVE"'
}
three_are_active() { [ "$(active_agents)" = 3 ]; }
await "The pool of three agents" "$DATA/controlplane.log" three_are_active

step "Leaders by consistent_random_jump: every agent gives the same answer"
first=$(leaders "${KAFKA_PORTS[0]}" billing)
second=$(leaders "${KAFKA_PORTS[1]}" billing)
paste <(printf 'asked agent-0 (partition leader)\n%s\n' "$first") \
  <(printf 'asked agent-1\n%s\n' "$second")
[ -n "$first" ] || die "agent-0 returned no leaders"
[ "$first" = "$second" ] || die "agent-0 and agent-1 returned different leaders"
[ "$(wc -l <<<"$first")" = "${TOPICS##*:}" ] || die "a partition has no leader"

step "Leaders by single_agent: one agent leads all partitions, the less loaded of two for each client"
returned=()
for i in 0 1 2 3 4 5 6 7 8 9; do
  answer=$(leaders "${KAFKA_PORTS[i % 2]}" "billing-$i,ws_pas=single_agent" | cut -d' ' -f2 | sort -u)
  [ "$(wc -w <<<"$answer")" = 1 ] || die "single_agent returned several leaders: $answer"
  returned+=("$answer")
done
echo "leaders of ten clients: ${returned[*]}"
[ "$(printf '%s\n' "${returned[@]}" | sort -u | wc -l)" -gt 1 ] ||
  die "single_agent returned the same agent to ten clients"

if $check; then
  step "Checking produce, load reports and metrics"
  seq 1 1000 | kcat -b "127.0.0.1:${KAFKA_PORTS[0]}" -P -t "${TOPICS%%:*}" -p -1 ||
    die "kcat could not produce"
  # await calls this function.
  # shellcheck disable=SC2317
  some_bytes() {
    grpcurl_call "$ADMIN" AgentPoolService/ListAgents "{\"parent\":\"agentPools/$POOL\"}" |
      grep -q '"bytes_in_per_second": [1-9]'
  }
  await "The load report" "$DATA/controlplane.log" some_bytes
  if ! timeout 5 bash -c "exec 3<>/dev/tcp/${METRICS/://}; printf 'GET /metrics HTTP/1.0\r\n\r\n' >&3
    grep -q '^bellwether_leader_queries_total{.*single_agent' <&3"; then
    die "the metrics on $METRICS contain no leader queries"
  fi
  step "All checks passed"
  exit 0
fi

cat <<END

== Running until Ctrl-C. Logs and data are in .quickstart/. Try:

  export PATH=\$PATH:$PWD/.cache/bin
  grpcurl -plaintext $ADMIN list
  grpcurl -plaintext $ADMIN bellwether.v1.VirtualClusterService/ListVirtualClusters
  grpcurl -plaintext -d '{"parent":"agentPools/$POOL"}' $ADMIN bellwether.v1.AgentPoolService/ListAgents
  grpcurl -plaintext -d '{"virtual_cluster":"$CLUSTER","client_id":"billing,ws_pas=singel_agent","topics":[{"topic":"clicks","partition_count":6}]}' $AGENT bellwether.v1.DiscoveryService/ResolveLeaders
  kcat -b 127.0.0.1:${KAFKA_PORTS[0]} -L
  seq 1 100000 | kcat -b 127.0.0.1:${KAFKA_PORTS[0]} -P -t clicks -p -1
  curl -s http://$METRICS/metrics | grep bellwether_
END
wait
