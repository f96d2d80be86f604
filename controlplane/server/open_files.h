#ifndef CONTROLPLANE_SERVER_OPEN_FILES_H_
#define CONTROLPLANE_SERVER_OPEN_FILES_H_

#include "absl/status/statusor.h"

namespace bellwether {

// With fewer there is no room for agents in addition to the reserves below.
inline constexpr int kFewestOpenFiles = 1'024;

// Descriptors reserved for admins, probes, and the store and metrics: a flood of agents leaves room
// for admins, a flood of admins leaves room for probes, and all of them leave enough for the store
// and the metrics.
inline constexpr int kFilesKeptForAdmins = 64;
inline constexpr int kFilesKeptForProbes = 64;
inline constexpr int kFilesKeptForStore = 128;

// For each kind of connection, the descriptor from which on it is refused.
struct DescriptorLimits {
  int agents = 0;
  int admins = 0;
  int probes = 0;
};

// Divides `open_files` among the kinds of connections. Pure.
DescriptorLimits ShareOut(int open_files);

// Raises the process's limit of open files and connections to `wanted`, or as far as the system
// allows. Returns the resulting limit. FAILED_PRECONDITION, with a remedy, if it is below
// kFewestOpenFiles. Changes a limit of the whole process.
absl::StatusOr<int> SetOpenFileLimit(int wanted);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_OPEN_FILES_H_
