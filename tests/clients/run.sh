#!/usr/bin/env bash
# Installs real Kafka clients and runs the matrix of clients and checks: see README.md.
#
#   tests/clients/run.sh                     everything; prints a table; about 25 minutes
#   tests/clients/run.sh --short             three clients, kill and end; within four minutes
#   tests/clients/run.sh --client=NAME --check=NAME     parts; each may come several times
#   tests/clients/run.sh --bin=DIR           with these programs, not with what Bazel builds
#   tests/clients/run.sh --old=DIR           with a rolling upgrade from the programs there
#   tests/clients/run.sh --jobs=N            how many clients run at a time
#
# DIR is laid out like bazel-bin or has bellwether and bellwether-agent. The last line is
# "N passed, N failed"; the exit code is 0 where nothing failed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

HOME=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}
export HOME PATH=$PWD/.cache/bin:$PATH

readonly CACHE=$PWD/.cache/clients
readonly PROGRAMS=$PWD/tests/clients/programs

# is_current <name> <file...>: whether what was made of these files is there. mark_current says that it is.
stamp() {
  cat "$@" | sha256sum
}
is_current() {
  local name=$1
  shift
  [ "$(cat "$CACHE/$name.stamp" 2>/dev/null)" = "$(stamp "$@")" ]
}
mark_current() {
  local name=$1
  shift
  stamp "$@" >"$CACHE/$name.stamp"
}

install_python() {
  local pins=$PROGRAMS/python/requirements.txt
  if is_current python "$pins"; then return; fi
  rm -rf "$CACHE/python"
  python3 -m venv "$CACHE/python"
  "$CACHE/python/bin/pip" install --quiet --disable-pip-version-check -r "$pins"
  mark_current python "$pins"
}

# install_java <profile of pom.xml>
install_java() {
  local version=$1
  local sources=("$PROGRAMS/java/pom.xml" "$PROGRAMS"/java/*.java)
  if is_current "$version" "${sources[@]}"; then return; fi
  rm -rf "${CACHE:?}/$version"
  mvn -q -B -Dstyle.color=never -f "$PROGRAMS/java/pom.xml" -P"$version" -Dmaven.repo.local="$CACHE/m2" \
    dependency:copy-dependencies -DoutputDirectory="$CACHE/$version"
  javac -d "$CACHE/$version/classes" -cp "$CACHE/$version/*" "$PROGRAMS"/java/*.java
  mark_current "$version" "${sources[@]}"
}

install_go() {
  local sources=("$PROGRAMS"/go/go.* "$PROGRAMS"/go/*/*.go)
  if is_current go "${sources[@]}"; then return; fi
  (cd "$PROGRAMS/go" &&
    GOPATH=$CACHE/gopath GOCACHE=$CACHE/gopath/build GOFLAGS="-modcacherw -buildvcs=false" \
      GOTOOLCHAIN=local "$(go_command)" build -o "$CACHE/go/" ./sarama ./franz)
  mark_current go "${sources[@]}"
}

# The Go that deploy/install_dependencies.sh chose.
go_command() {
  if [ -x "$CACHE/toolchain/bin/go" ]; then echo "$CACHE/toolchain/bin/go"; else command -v go; fi
}

main() {
  local arguments=("$@") built=true short=false chosen=() argument
  for argument in "$@"; do
    case "$argument" in
      --bin | --bin=*) built=false ;;
      --short) short=true ;;
      --client=*) chosen+=("${argument#--client=}") ;;
      --help | -h)
        sed -n '2,/^set -/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"
        return
        ;;
    esac
  done
  mkdir -p "$CACHE"
  deploy/install_dependencies.sh --clients
  if [ "${#chosen[@]}" = 0 ]; then
    chosen=(kafka-python confluent-kafka java-3.9)
    if ! $short; then chosen+=(java-4 sarama franz-go); fi
  fi
  for argument in "${chosen[@]}"; do
    case "$argument" in
      kafka-python | confluent-kafka) install_python ;;
      java-*) install_java "$argument" ;;
      sarama* | franz-go) install_go ;;
    esac
  done
  if $built; then
    bazel build -c opt //controlplane/server:bellwether \
      //agentclient/reference_agent:bellwether-agent
    arguments+=("--bin=$(bazel info -c opt bazel-bin 2>/dev/null)")
  fi
  exec python3 tests/clients/matrix.py --cache="$CACHE" "${arguments[@]}"
}

main "$@"
