#ifndef CONTROLPLANE_STORE_ROCKSDB_BACKUP_STORE_H_
#define CONTROLPLANE_STORE_ROCKSDB_BACKUP_STORE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/store/backup_store.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// A BackupStore in a directory of this machine, which the first backup creates: each backup is a
// subdirectory that RocksDbMetadataStore can open. Thread-safe.
class RocksDbBackupStore final : public BackupStore {
 public:
  explicit RocksDbBackupStore(std::string directory);

  absl::Status Write(const std::string& name, const MetadataStore::Listing& listing) override;
  absl::StatusOr<std::vector<std::string>> List() const override;
  std::string Location(const std::string& name) const override;

 private:
  const std::string directory_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_ROCKSDB_BACKUP_STORE_H_
