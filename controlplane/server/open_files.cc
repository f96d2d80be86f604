#include "controlplane/server/open_files.h"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace bellwether {

DescriptorLimits ShareOut(int open_files) {
  DescriptorLimits limits;
  limits.probes = open_files - kFilesKeptForStore;
  limits.admins = limits.probes - kFilesKeptForProbes;
  limits.agents = limits.admins - kFilesKeptForAdmins;
  return limits;
}

absl::StatusOr<int> SetOpenFileLimit(int wanted) {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return absl::InternalError(
        absl::StrCat("cannot read the limit on open files: ", std::strerror(errno)));
  }
  limit.rlim_cur = std::min(static_cast<rlim_t>(wanted), limit.rlim_max);
  if (limit.rlim_cur < static_cast<rlim_t>(kFewestOpenFiles)) {
    return absl::FailedPreconditionError(
        absl::StrCat("this process may have ", limit.rlim_cur,
                     " files and connections open; raise the limit to at least ", kFewestOpenFiles,
                     " (ulimit -Hn, or LimitNOFILE in a unit of systemd)"));
  }
  if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
    return absl::InternalError(
        absl::StrCat("cannot set the limit on open files: ", std::strerror(errno)));
  }
  return static_cast<int>(limit.rlim_cur);
}

}  // namespace bellwether
