"""Programs that tests call and that Debian's packages do not put on the path."""

_WRAPPER = """#!/bin/sh
# Runs what deploy/install_dependencies.sh installed.
if [ -x "{root}/.cache/bin/{tool}" ]; then exec "{root}/.cache/bin/{tool}" "$@"; fi
if command -v "{tool}" >/dev/null; then exec "{tool}" "$@"; fi
echo "{tool} is not installed: run deploy/install_dependencies.sh --test" >&2
exit 127
"""

def _installed_tools_impl(repository_ctx):
    root = repository_ctx.path(Label("//:WORKSPACE")).dirname
    for tool in repository_ctx.attr.tools:
        repository_ctx.file(tool, _WRAPPER.format(root = root, tool = tool), executable = True)
    repository_ctx.file("BUILD.bazel", "exports_files(%r)\n" % repository_ctx.attr.tools)

# A wrapper for each tool, which looks for it only when it runs: whether it is installed changes
# nothing for whoever only builds.
installed_tools = repository_rule(
    implementation = _installed_tools_impl,
    attrs = {"tools": attr.string_list(mandatory = True)},
    doc = "Executable targets for programs in .cache/bin or on the path.",
)
