#ifndef CONTROLPLANE_BASE_BUILD_COMMIT_H_
#define CONTROLPLANE_BASE_BUILD_COMMIT_H_

namespace bellwether {

// The commit that this program was built from, as git abbreviates it, with "-dirty" if files had
// changes; "unknown" without git.
const char* BuildCommit();

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_BUILD_COMMIT_H_
