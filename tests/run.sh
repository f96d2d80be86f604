#!/usr/bin/env bash
# Installs what the tests need, and runs them.
#
#   tests/run.sh          everything
#   tests/run.sh style    only what reads the sources: formats, linters, house rules
#   tests/run.sh bazel    only what Bazel builds and runs, the quickstart and what needs its programs included
#
# The last line is "N passed, N failed"; it counts style checks and Bazel's test targets. The exit
# code is 0 where nothing failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# Some machines that run tests unattended set no home, and Bazel wants one.
HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
export HOME PATH=$PWD/.cache/bin:$PATH

readonly API_BASELINE=tests/style/api_baseline.binpb
SCRATCH=$(mktemp -d)
passed=0
failed=0
failures=()
finished=false

# What a script that dies half-way says is as honest as what a finished one says.
report() {
  rm -rf "$SCRATCH"
  if ! $finished; then
    failed=$((failed + 1))
    failures+=("tests/run.sh stopped before its end")
  fi
  if [ "${#failures[@]}" -gt 0 ]; then printf 'FAILED: %s\n' "${failures[@]}"; fi
  echo "$passed passed, $failed failed"
  if [ "$failed" -gt 0 ]; then exit 1; fi
}
trap report EXIT

# timed <name> <command...>: runs it and says how long it took.
timed() {
  local name=$1 start=$SECONDS status=0
  shift
  echo "== $name"
  "$@" || status=$?
  echo "-- $name: $([ "$status" = 0 ] && echo ok || echo FAILED), $((SECONDS - start)) s"
  return "$status"
}

# check <name> <command...>: a step that counts as one test.
check() {
  if timed "$@"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    failures+=("$1")
  fi
}

# sources <pattern...>: files of this checkout, each ended by a NUL. New files are among them, ignored
# ones are not.
sources() {
  local path
  git -c safe.directory='*' ls-files -z --cached --others --exclude-standard -- "$@" |
    while IFS= read -r -d '' path; do
      if [ -f "$path" ]; then printf '%s\0' "$path"; fi
    done
}

# ---- Style: one function a check ----

check_cpp_format() {
  sources '*.h' '*.cc' | xargs -0 -r clang-format-14 --dry-run -Werror
}

# native-cc-*: Debian's Bazel has the C++ rules built in; there are no rules_cc to load them from.
check_build_files() {
  sources '*BUILD.bazel' '*.bzl' 'WORKSPACE' | xargs -0 -r buildifier --mode=check --lint=warn \
    --warnings=-native-cc-binary,-native-cc-library,-native-cc-test
}

check_protos() {
  buf lint proto && buf format proto --diff --exit-code
}

# Nothing that a client or a stored record relies on may go. Additions are recorded at once, so that
# they too are held from then on.
check_proto_compatibility() {
  local record="buf build proto --exclude-source-info -o $API_BASELINE"
  if ! buf breaking proto --against "$API_BASELINE"; then
    echo "What a release contains must stay. What none contains yet may change; then record it: $record"
    return 1
  fi
  buf build proto --exclude-source-info -o "$SCRATCH/api.binpb" || return 1
  if ! cmp -s "$SCRATCH/api.binpb" "$API_BASELINE"; then
    echo "proto/ has additions that are not recorded yet. Record them: $record"
    return 1
  fi
}

check_shell_scripts() {
  local scripts status=0 script
  mapfile -t scripts < <({ sources '*.sh' | tr '\0' '\n'; echo .ci/run; })
  for script in "${scripts[@]}"; do bash -n "$script" || status=1; done
  shellcheck "${scripts[@]}" && return "$status"
}

check_house_rules() {
  python3 tests/style/house_rules.py
}

check_words() {
  python3 tests/style/words.py
}

check_kubernetes() {
  tests/style/manifests.sh
}

check_observability() {
  python3 tests/style/observability.py
}

check_systemd() {
  tests/style/units.sh
}

# clang-tidy with .clang-tidy, and clang's thread-safety analysis, which g++ does not have. A file
# that was clean is looked at again only when it, what it includes, or the rules changed.
check_cpp() {
  bazel build //proto/... //tests/benchmark:etcd || return 1
  local generated
  generated=$(bazel info bazel-bin 2>/dev/null)
  sources '*.cc' | xargs -0 -r -n 1 -P "$(nproc)" tests/style/clang_tidy.sh "$generated"
}

run_style() {
  check "style: C++ format" check_cpp_format
  check "style: build files" check_build_files
  check "style: protos" check_protos
  check "style: proto compatibility" check_proto_compatibility
  check "style: shell scripts" check_shell_scripts
  check "style: house rules" check_house_rules
  check "style: words" check_words
  check "style: Kubernetes" check_kubernetes
  check "style: systemd" check_systemd
  check "style: alerts and dashboards" check_observability
  check "style: clang-tidy and thread safety" check_cpp
}

# ---- Bazel ----

# bazel_tests <name> <query> <options and patterns of bazel test...>: runs the test targets that
# <query> names and counts each. What was not run, because it does not compile for example, failed.
bazel_tests() {
  local name=$1 query=$2 status=0 target
  shift 2
  if ! bazel query --noshow_progress "$query" 2>"$SCRATCH/query.log" >"$SCRATCH/targets"; then
    cat "$SCRATCH/query.log"
    failed=$((failed + 1))
    failures+=("$name: Bazel cannot load the build files")
    return
  fi
  timed "$name" bazel test --keep_going --noshow_progress \
    --build_event_json_file="$SCRATCH/events" "$@" || status=$?
  sed -n 's/^{"id":{"testSummary":{"label":"\([^"]*\)".*"overallStatus":"PASSED".*/\1/p' \
    "$SCRATCH/events" | sort -u >"$SCRATCH/green"
  passed=$((passed + $(sort -u "$SCRATCH/targets" | comm -12 - "$SCRATCH/green" | wc -l)))
  local red
  mapfile -t red < <(sort -u "$SCRATCH/targets" | comm -23 - "$SCRATCH/green")
  for target in "${red[@]}"; do failures+=("$name: $target"); done
  if [ "$status" != 0 ] && [ "${#red[@]}" = 0 ]; then
    red=("$name")
    failures+=("$name: bazel test ended with status $status")
  fi
  failed=$((failed + ${#red[@]}))
}

run_bazel() {
  # As the pattern does, the query leaves out what is run by hand.
  bazel_tests "bazel" "tests(//...) except attr(tags, '\\bmanual\\b', //...)" //...
  check "quickstart" deploy/quickstart.sh --check
  check "monitoring" check_monitoring
  check "upgrade" check_upgrade
  check "production settings" check_production
  check "real Kafka clients" check_clients
  run_sanitizers
  # For a short while. tests/fuzz/README.md says how to go on for longer.
  bazel_tests "fuzz" 'tests(//tests/fuzz/...)' --config=fuzz //tests/fuzz/...
}

# With what the quickstart built.
check_monitoring() {
  bazel build -c opt //tests/support:libfailing_disk.so || return 1
  python3 tests/integration/monitoring.py "$(bazel info -c opt bazel-bin 2>/dev/null)"
}

check_upgrade() {
  python3 tests/integration/upgrade.py "$(bazel info -c opt bazel-bin 2>/dev/null)"
}

# The short form: three clients, an agent that is killed and one that ends. README.md there has the rest.
check_clients() {
  tests/clients/run.sh --short --bin="$(bazel info -c opt bazel-bin 2>/dev/null)"
}

check_production() {
  python3 tests/integration/production.py "$(bazel info -c opt bazel-bin 2>/dev/null)"
}

# The unit tests again under AddressSanitizer and UndefinedBehaviorSanitizer, and those tagged
# "concurrency" under ThreadSanitizer.
run_sanitizers() {
  local units='//controlplane/... + //agentclient/...'
  bazel_tests "address sanitizer" "tests($units)" --config=asan --build_tests_only \
    //controlplane/... //agentclient/...
  bazel_tests "thread sanitizer" "attr(tags, '\\bconcurrency\\b', tests($units))" --config=tsan \
    --build_tests_only --test_tag_filters=concurrency //controlplane/... //agentclient/...
}

case "${1:-all}" in
  all | style | bazel) ;;
  *)
    echo "tests/run.sh: unknown argument '$1'; usage: tests/run.sh [style|bazel]" >&2
    failures+=("tests/run.sh: unknown argument '$1'")
    failed=1
    finished=true
    exit 2
    ;;
esac

timed "install" deploy/install_dependencies.sh --test || exit 1
if [ "${1:-all}" != bazel ]; then run_style; fi
if [ "${1:-all}" != style ]; then run_bazel; fi
finished=true
