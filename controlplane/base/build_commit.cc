// Compiled when a program is linked; Bazel includes what deploy/bazel/workspace_status.sh says.

namespace bellwether {

const char* BuildCommit() {
#ifdef BUILD_SCM_REVISION
  return BUILD_SCM_REVISION;
#else
  return "unknown";
#endif
}

}  // namespace bellwether
