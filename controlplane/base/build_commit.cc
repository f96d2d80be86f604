// Compiled when a program is linked; Bazel includes the output of deploy/bazel/workspace_status.sh.

namespace bellwether {

const char* BuildCommit() {
#ifdef BUILD_SCM_REVISION
  return BUILD_SCM_REVISION;
#else
  return "unknown";
#endif
}

}  // namespace bellwether
