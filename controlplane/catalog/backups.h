#ifndef CONTROLPLANE_CATALOG_BACKUPS_H_
#define CONTROLPLANE_CATALOG_BACKUPS_H_

#include <atomic>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/store/backup_store.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// A complete and verified backup.
struct Backup {
  // "{time}-r{revision}"; sorts by time.
  std::string id;
  std::string location;
  absl::Time create_time;
  // The last commit that it contains.
  Revision revision = 0;
};

// Makes consistent backups of all metadata while it changes. Thread-safe; every method blocks on
// both stores.
class Backups {
 public:
  // All arguments must outlive it. `backups` is nullptr if no backup directory is configured; then
  // every call fails with FAILED_PRECONDITION (kBackupUnavailable).
  Backups(const MetadataStore& store, BackupStore* backups, const Clock& clock);

  // Backs up all metadata as of one revision, after it has read every record. ABORTED
  // (kBackupUnavailable) while another call does the same; errors of CheckMetadata and of both
  // stores.
  absl::StatusOr<Backup> Create();

  // All backups, the oldest first. Errors of the backup store.
  absl::StatusOr<std::vector<Backup>> List() const;

 private:
  const MetadataStore& store_;
  BackupStore* const backups_;
  const Clock& clock_;
  std::atomic<bool> creating_ = false;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_BACKUPS_H_
