#!/usr/bin/env bash
# clang_tidy.sh <folder of what Bazel generated> <file>: looks at one source file with clang-tidy and
# clang's thread-safety analysis. What was clean is not looked at again until it, what it includes,
# or the rules change.
set -euo pipefail
generated=$1
file=$2

flags=(-std=c++20 -I. -isystem "$generated/proto" -isystem "$generated/tests"
  -DASIO_STANDALONE -DASIO_NO_DEPRECATED -Wall -Wextra -Wno-unused-parameter -Wthread-safety)

# With its comments (-CC): NOLINT is one.
key=$({
  cat .clang-tidy "$0"
  clang++-14 "${flags[@]}" -E -CC "$file"
} | sha256sum)
clean=.cache/clang-tidy/${key%% *}
if [ -e "$clean" ]; then exit 0; fi

if ! found=$(clang-tidy-14 --quiet "$file" -- "${flags[@]}" 2>&1); then
  echo "$found"
  exit 1
fi
mkdir -p "$(dirname "$clean")"
touch "$clean"
