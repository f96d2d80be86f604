"""Stand-ins for what Bazel would otherwise fetch from the network.

Debian's bazel-bootstrap carries no version label, so `native.bazel_version` is empty there. Only
then, or with an official Bazel 4, are these repositories defined; any other Bazel fetches its own.
"""

# buildifier: disable=unnamed-macro
def debian_repositories():
    """Defines what Debian's Bazel needs; nothing for any other."""
    if native.bazel_version and not native.bazel_version.startswith("4."):
        return
    native.local_repository(
        name = "rules_cc",
        path = "deploy/bazel/rules_cc",
    )
    native.local_repository(
        name = "remote_coverage_tools",
        path = "deploy/bazel/remote_coverage_tools",
    )
    native.local_repository(
        name = "rules_java",
        path = "/usr/share/bazel/rules/java",
    )
    native.local_repository(
        name = "rules_proto",
        path = "/usr/share/bazel/rules/proto",
    )
    native.local_repository(
        name = "platforms",
        path = "/usr/share/bazel/tools/platforms",
    )
    native.local_repository(
        name = "bazel_skylib",
        path = "/usr/share/bazel/tools/skylib",
    )
