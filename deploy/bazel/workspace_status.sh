#!/bin/sh
# Which commit Bazel builds (--workspace_status_command). COMMIT says so where there is no git. Of the
# names that may stand here, Bazel 4 hands this one to binaries.
commit=${COMMIT:-$(git -c safe.directory='*' describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null)}
echo "BUILD_SCM_REVISION ${commit:-unknown}"
