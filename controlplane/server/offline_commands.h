#ifndef CONTROLPLANE_SERVER_OFFLINE_COMMANDS_H_
#define CONTROLPLANE_SERVER_OFFLINE_COMMANDS_H_

#include <iosfwd>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// Implements `bellwether <command>` for data on which no control plane runs.

struct OfflineOptions {
  // The store to read or to create.
  std::string data_dir;
  // The backup to restore.
  std::string backup;
  // The file to export to or import from; "" and "-" are standard output and input.
  std::string file;
  // If not empty: refuse data of any other cluster.
  std::string cluster_uid;
};

//   restore   makes a new store in data_dir of a backup
//   export    writes all metadata in data_dir, or in a backup that data_dir names, as JSON lines
//   import    makes a new store in data_dir of an export
//   inspect   tells what is in data_dir and whether it is sound
//
// REQUIRES: `name` is one of these. Says on `out` what was done. A store is never changed but only
// read or made. Errors say what to do: those of the store, of CheckMetadata and of ReadExport;
// INVALID_ARGUMENT (kInvalidArgument) for an option that is missing; FAILED_PRECONDITION
// (kStoreNotEmpty) for a file or a directory that would be overwritten.
absl::Status RunOfflineCommand(absl::string_view name, const OfflineOptions& options,
                               std::istream& in, std::ostream& out);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_OFFLINE_COMMANDS_H_
