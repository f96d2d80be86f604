#ifndef CONTROLPLANE_STORE_ROCKSDB_METADATA_STORE_H_
#define CONTROLPLANE_STORE_ROCKSDB_METADATA_STORE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/store/metadata_store.h"

namespace rocksdb {
class Env;
}

namespace bellwether {

// A MetadataStore in a directory of this machine. A commit is acknowledged once RocksDB's
// write-ahead log is synced; commits that wait for the disk share one write and one sync.
// Thread-safe.
//
// When a write or a sync fails, each commit of the group gets UNAVAILABLE and reads continue. The
// next commit first tests the disk; if it works, the store undoes what the failed write may have
// left in the log, reopens itself, and continues.
class RocksDbMetadataStore final : public MetadataStore {
 public:
  struct Options {
    // The engine's access to files; nullptr for the machine's own. Not owned; must outlive the
    // store. Tests inject a failing disk here.
    rocksdb::Env* env = nullptr;
    // Called with the duration of each write of the log, including its sync, by `clock`, which must
    // outlive the store. Called by one thread at a time, and commits wait for it. May be empty.
    std::function<void(absl::Duration)> on_sync = nullptr;
    const Clock* clock = nullptr;
  };

  // Opens the store in `directory`, and creates the directory (but not its parent) if it does not
  // exist. Errors, each with a remedy: UNAVAILABLE (kStoreUnavailable) if the directory cannot be
  // created or used; FAILED_PRECONDITION if it is open already (kStoreInUse), contains something
  // else (kStoreForeign), or was written by a newer version (kStoreTooNew); DATA_LOSS
  // (kStoreCorrupt) if it is damaged.
  static absl::StatusOr<std::unique_ptr<RocksDbMetadataStore>> Open(const std::string& directory,
                                                                    const Options& options);
  static absl::StatusOr<std::unique_ptr<RocksDbMetadataStore>> Open(const std::string& directory) {
    return Open(directory, Options{});
  }

  // The version of the RocksDB library that this program uses: "7.8.3".
  static std::string LibraryVersion();

  // REQUIRES: no call is in progress.
  ~RocksDbMetadataStore() override;

  absl::StatusOr<std::optional<StoredEntry>> Get(absl::string_view key) const override;
  absl::StatusOr<Listing> List(absl::string_view prefix) const override;
  absl::StatusOr<Revision> Commit(const Transaction& transaction) override;

  // The number of commits that wait for the disk.
  int64_t pending_commits() const;

 private:
  class Engine;

  explicit RocksDbMetadataStore(std::unique_ptr<Engine> engine);

  const std::unique_ptr<Engine> engine_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_ROCKSDB_METADATA_STORE_H_
