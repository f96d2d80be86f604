#ifndef CONTROLPLANE_SERVER_OPEN_FILES_H_
#define CONTROLPLANE_SERVER_OPEN_FILES_H_

#include "absl/status/statusor.h"

namespace bellwether {

// With fewer there is no room for agents beside what is kept for others.
inline constexpr int kFewestOpenFiles = 1'024;

// What is kept for whom, of the files and connections that the process may have open: a flood of
// agents leaves admins room, a flood of admins leaves probes room, and all of them leave the store
// and the metrics what they need.
inline constexpr int kFilesKeptForAdmins = 64;
inline constexpr int kFilesKeptForProbes = 64;
inline constexpr int kFilesKeptForStore = 128;

// Above which descriptor a connection of each kind is refused. A value.
struct DescriptorLimits {
  int agents = 0;
  int admins = 0;
  int probes = 0;
};

// Who may have how much of `open_files`. Pure.
DescriptorLimits ShareOut(int open_files);

// Lets the process have `wanted` files and connections open, or as many as the system lets it have.
// Returns how many that are. FAILED_PRECONDITION, with what to do, if these are fewer than
// kFewestOpenFiles. Changes a limit of the whole process.
absl::StatusOr<int> SetOpenFileLimit(int wanted);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_OPEN_FILES_H_
