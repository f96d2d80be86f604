#ifndef CONTROLPLANE_STORE_BACKUP_STORE_H_
#define CONTROLPLANE_STORE_BACKUP_STORE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// Where backups are kept: each under a name, and each everything that a MetadataStore held as of
// one revision. Implementations are thread-safe; every method blocks on a disk or a network.
class BackupStore {
 public:
  virtual ~BackupStore() = default;

  // Keeps `listing` as `name`, all or nothing: it is durable, was read back and is the same when
  // this returns. Under a name that is taken already nothing is changed. `name` is made of letters,
  // digits and '-'. UNAVAILABLE (kBackupUnavailable) if it cannot be written. REQUIRES: no other
  // Write is under way.
  virtual absl::Status Write(const std::string& name, const MetadataStore::Listing& listing) = 0;

  // The names of all backups, sorted. UNAVAILABLE (kBackupUnavailable).
  virtual absl::StatusOr<std::vector<std::string>> List() const = 0;

  // Where people find the backup of that name. Pure.
  virtual std::string Location(const std::string& name) const = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_BACKUP_STORE_H_
