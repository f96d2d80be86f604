#!/usr/bin/env bash
# Installs the missing dependencies of this checkout on Debian 12.
#
#   deploy/install_dependencies.sh --compile   compilers and libraries, for the build of the image
#   deploy/install_dependencies.sh [--build]   these, kcat and grpcurl, to build and run
#   deploy/install_dependencies.sh --test      these, and the tools of tests/run.sh
#   deploy/install_dependencies.sh --clients   as --build, and the tools of tests/clients/run.sh
#   deploy/install_dependencies.sh --benchmark the dependencies of tests/benchmark, including etcd
#   deploy/install_dependencies.sh --image     only the tools of deploy/build_image.sh
#
# Debian packages are installed with apt-get, as root or with sudo. Tools that Debian 12 does not have
# are installed only into .cache/ of this checkout.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# The newest grpcurl that Debian 12's Go 1.19 compiles.
readonly GRPCURL_VERSION=v1.9.2
# The newest kustomize that Debian 12's Go 1.19 compiles.
readonly KUSTOMIZE_VERSION=v5.0.3
readonly BUILDIFIER_VERSION=8.2.1
readonly BUF_VERSION=1.75.0
# For the Go clients, if the installed Go is too old for them.
readonly GO_TOOLCHAIN_VERSION=1.26.0

readonly COMPILE_PACKAGES=(
  bazel-bootstrap bazel-platforms bazel-rules-java bazel-rules-proto bazel-skylib build-essential
  libabsl-dev libasio-dev libgrpc++-dev libprotobuf-dev librocksdb-dev libssl-dev prometheus-cpp-dev
  protobuf-compiler protobuf-compiler-grpc grpc-proto ca-certificates
)
readonly RUN_PACKAGES=(curl git kcat)
readonly TEST_PACKAGES=(
  libbenchmark-dev libgmock-dev libgtest-dev librdkafka-dev
  clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev openssl python3 shellcheck systemd
)

readonly IMAGE_PACKAGES=(buildah debootstrap procps)

readonly CACHE=$PWD/.cache
readonly BIN=$CACHE/bin

die() {
  echo "install_dependencies: $*" >&2
  exit 1
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "this command needs root: $*
Run the script as root, or install sudo."
  fi
}

apt_is_updated=false
apt_update() {
  if $apt_is_updated; then return; fi
  # A broken third-party source is not fatal: apt-get install reports missing packages.
  as_root apt-get update -qq || echo "install_dependencies: apt-get update failed, continuing" >&2
  apt_is_updated=true
}

# Prints the packages that are not installed, one per line.
missing_packages() {
  local package
  for package in "$@"; do
    case "$(dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null || true)" in
      installed*) ;;
      *) echo "$package" ;;
    esac
  done
}

apt_install() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  if [ "${#missing[@]}" = 0 ]; then return; fi
  echo "Installing Debian packages: ${missing[*]}"
  apt_update
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o DPkg::Lock::Timeout=600 -o Dpkg::Use-Pty=0 "${missing[@]}" >"$CACHE/apt.log" 2>&1 ||
    die "apt-get install failed:
$(tail -n 20 "$CACHE/apt.log")"
}

# is_current <tool> <version>: whether .cache/bin has that version. mark_current records the version.
is_current() {
  [ -x "$BIN/$1" ] && [ "$(cat "$CACHE/$1.version" 2>/dev/null)" = "$2" ]
}
mark_current() {
  echo "$2" >"$CACHE/$1.version"
}

# go_compile <arguments of go...>: runs go with its downloads and cache in .cache/go.
go_compile() {
  command -v go >/dev/null || apt_install golang-go
  # -modcacherw: a read-only module cache could not be removed. -buildvcs=false: git may refuse a
  # checkout of another user.
  GOPATH=$CACHE/go GOCACHE=$CACHE/go/build GOBIN=$BIN GOFLAGS="-modcacherw -buildvcs=false" \
    go "$@" ||
    die "could not compile, see above. This step needs a Go module proxy and Go 1.19 or newer."
}

# install_go_tool <tool> <package> <version>
install_go_tool() {
  if is_current "$1" "$3"; then return; fi
  echo "Compiling $1 $3"
  go_compile install "$2@$3"
  mark_current "$1" "$3"
}

# The checker of rendered Kubernetes objects is tests/style/manifests, which uses the API server's packages.
install_manifest_checker() {
  local source=tests/style/manifests version
  version=$(cat "$source"/*.go "$source"/go.* | sha256sum)
  if is_current manifests "$version"; then return; fi
  echo "Compiling the checker of Kubernetes objects"
  (cd "$source" && go_compile build -o "$BIN/manifests" .)
  mark_current manifests "$version"
}

# install_npm_tool <tool> <npm package> <version>
install_npm_tool() {
  if is_current "$1" "$3"; then return; fi
  command -v npm >/dev/null || apt_install nodejs npm
  echo "Installing $1 $3 from npm"
  npm install --prefix "$CACHE/node/$1" --cache "$CACHE/npm" --ignore-scripts --no-fund \
    --no-audit --no-save --loglevel=error "$2@$3" ||
    die "npm could not install $2@$3, see above"
  rm -rf "$CACHE/npm"
  ln -sf "../node/$1/node_modules/.bin/$1" "$BIN/$1"
  mark_current "$1" "$3"
}

# take_from_package <package> <program...>: extracts programs from a Debian package that would start a
# service if it were installed, such as prometheus.
take_from_package() {
  local package=$1 scratch program absent=false
  shift
  for program in "$@"; do if [ ! -x "$BIN/$program" ]; then absent=true; fi; done
  if ! $absent; then return; fi
  echo "Extracting $* from the Debian package $package"
  scratch=$(mktemp -d)
  # apt downloads as the user _apt where it can.
  chmod 755 "$scratch"
  (
    cd "$scratch"
    apt-get download -qq "$package" 2>/dev/null || { apt_update && apt-get download -qq "$package"; }
    dpkg-deb --fsys-tarfile "$package"_*.deb | tar -x -C "$scratch" "${@/#/./usr/bin/}"
  ) || die "could not extract the programs from the Debian package $package"
  for program in "$@"; do install -m 755 "$scratch/usr/bin/$program" "$BIN"; done
  rm -rf "$scratch"
}

# Tools that compile and run real Kafka clients. An installed Java or Go is used.
install_client_tools() {
  command -v javac >/dev/null || apt_install openjdk-17-jdk-headless
  command -v mvn >/dev/null || apt_install maven
  command -v python3 >/dev/null || apt_install python3
  python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv
  install_go_toolchain
}

# Fetches a newer Go than Debian's as a Go module, into .cache/clients/toolchain.
install_go_toolchain() {
  local toolchain=$CACHE/clients/toolchain version module
  version=$(GOTOOLCHAIN=local go env GOVERSION 2>/dev/null | sed 's/^go//')
  if printf '%s\n' "$GO_TOOLCHAIN_VERSION" "$version" | sort --version-sort --check=silent; then return; fi
  if [ "$(cat "$toolchain/VERSION.installed" 2>/dev/null)" = "$GO_TOOLCHAIN_VERSION" ]; then return; fi
  echo "Fetching Go $GO_TOOLCHAIN_VERSION"
  module=golang.org/toolchain@v0.0.1-go$GO_TOOLCHAIN_VERSION.linux-$(dpkg --print-architecture)
  go_compile mod download "$module"
  rm -rf "$toolchain"
  mkdir -p "$CACHE/clients"
  mv "$CACHE/go/pkg/mod/$module" "$toolchain"
  # The files of a module are read-only.
  chmod -R u+w "$toolchain"
  chmod +x "$toolchain"/bin/* "$toolchain"/pkg/tool/*/*
  echo "$GO_TOOLCHAIN_VERSION" >"$toolchain/VERSION.installed"
}

main() {
  local purpose=${1:---build} packages=("${COMPILE_PACKAGES[@]}")
  case "$purpose" in
    --compile) ;;
    --build | --clients) packages+=("${RUN_PACKAGES[@]}") ;;
    --test) packages+=("${RUN_PACKAGES[@]}" "${TEST_PACKAGES[@]}") ;;
    --benchmark) packages+=(libbenchmark-dev libgmock-dev libgtest-dev) ;;
    --image) packages=("${IMAGE_PACKAGES[@]}") ;;
    *) die "unknown argument '$1'; usage: deploy/install_dependencies.sh [--compile|--build|--test|--clients|--benchmark|--image]" ;;
  esac
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    die "apt-get or dpkg-query is missing: this is not Debian. Bellwether builds on Debian 12 with these packages:
  ${packages[*]}"
  fi

  mkdir -p "$BIN"
  apt_install "${packages[@]}"
  if [ "$purpose" = --build ] || [ "$purpose" = --test ] || [ "$purpose" = --clients ]; then
    install_go_tool grpcurl github.com/fullstorydev/grpcurl/cmd/grpcurl "$GRPCURL_VERSION"
  fi
  if [ "$purpose" = --clients ]; then install_client_tools; fi
  if [ "$purpose" = --test ]; then
    install_go_tool kustomize sigs.k8s.io/kustomize/kustomize/v5 "$KUSTOMIZE_VERSION"
    install_manifest_checker
    install_npm_tool buildifier @bazel/buildifier "$BUILDIFIER_VERSION"
    install_npm_tool buf @bufbuild/buf "$BUF_VERSION"
    take_from_package prometheus prometheus promtool
  fi
  if [ "$purpose" = --benchmark ]; then take_from_package etcd-server etcd; fi
  rm -rf "$CACHE/go"
}

main "$@"
