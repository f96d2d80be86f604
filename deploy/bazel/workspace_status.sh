#!/bin/sh
# Which commit Bazel builds (--workspace_status_command). COMMIT says so where there is no git.
commit=${COMMIT:-$(git -c safe.directory='*' describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null)}
echo "BUILD_COMMIT ${commit:-unknown}"
