#ifndef CONTROLPLANE_STORE_BACKUP_STORE_H_
#define CONTROLPLANE_STORE_BACKUP_STORE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// A store of named backups, each with the complete contents of a MetadataStore as of one revision.
// Implementations are thread-safe; every method blocks on a disk or a network.
class BackupStore {
 public:
  virtual ~BackupStore() = default;

  // Stores `listing` as `name`, all or nothing: when this returns OK, the backup is durable, and
  // was read back and compared. An existing backup of that name is not changed. `name` consists of
  // letters, digits and '-'. UNAVAILABLE (kBackupUnavailable) if it cannot be written. REQUIRES: no
  // other Write is in progress.
  virtual absl::Status Write(const std::string& name, const MetadataStore::Listing& listing) = 0;

  // The names of all backups, sorted. UNAVAILABLE (kBackupUnavailable).
  virtual absl::StatusOr<std::vector<std::string>> List() const = 0;

  // The location of the backup of that name, for people. Pure.
  virtual std::string Location(const std::string& name) const = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_BACKUP_STORE_H_
