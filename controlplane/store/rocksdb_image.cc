#include "controlplane/store/rocksdb_image.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/store/rocksdb_listing.h"
#include "controlplane/store/rocksdb_opening.h"
#include "controlplane/store/rocksdb_status.h"
#include "controlplane/store/stored_record.h"

namespace bellwether {
namespace {

constexpr size_t kBatchBytes = 1 << 20;

rocksdb::Env* OrDefault(rocksdb::Env* env) {
  return env != nullptr ? env : rocksdb::Env::Default();
}

// Not synced: FillRocksDb does that.
absl::Status WriteEntries(rocksdb::DB& db, const MetadataStore::Listing& listing,
                          const std::string& directory) {
  rocksdb::WriteBatch batch;
  batch.Put(rocksdb::Slice(kRevisionKey.data(), kRevisionKey.size()),
            EncodeRecord({listing.revision, {}}));
  for (const StoredEntry& entry : listing.entries) {
    batch.Put(RecordKey(entry.key), EncodeRecord({entry.revision, entry.value}));
    if (batch.GetDataSize() < kBatchBytes) continue;
    RETURN_IF_ERROR(FromRocksDb(db.Write(rocksdb::WriteOptions(), &batch), "write to", directory));
    batch.Clear();
  }
  return FromRocksDb(db.Write(rocksdb::WriteOptions(), &batch), "write to", directory);
}

bool Same(const MetadataStore::Listing& a, const MetadataStore::Listing& b) {
  if (a.revision != b.revision || a.entries.size() != b.entries.size()) return false;
  for (size_t i = 0; i < a.entries.size(); ++i) {
    const StoredEntry& left = a.entries[i];
    const StoredEntry& right = b.entries[i];
    if (left.key != right.key || left.value != right.value || left.revision != right.revision) {
      return false;
    }
  }
  return true;
}

}  // namespace

absl::StatusOr<MetadataStore::Listing> ReadRocksDbImage(const std::string& directory,
                                                        rocksdb::Env* env) {
  MetadataStore::Listing listing;
  RETURN_IF_ERROR(ReadRocksDb(directory, OrDefault(env), [&](rocksdb::DB& db) -> absl::Status {
    ASSIGN_OR_RETURN(listing, ListRocksDb(db, "", directory));
    return absl::OkStatus();
  }));
  return listing;
}

absl::StatusOr<std::optional<MetadataStore::Listing>> TryRocksDb(const std::string& directory) {
  ASSIGN_OR_RETURN(const bool has_one, FindRocksDb(directory));
  if (!has_one) return std::optional<MetadataStore::Listing>();
  ASSIGN_OR_RETURN(MetadataStore::Listing listing, ReadRocksDbImage(directory));
  return std::optional<MetadataStore::Listing>(std::move(listing));
}

absl::Status WriteRocksDbImage(const MetadataStore::Listing& listing, const std::string& directory,
                               rocksdb::Env* env) {
  RETURN_IF_ERROR(FillRocksDb(directory, OrDefault(env), [&](rocksdb::DB& db) {
    return WriteEntries(db, listing, directory);
  }));
  ASSIGN_OR_RETURN(const MetadataStore::Listing written, ReadRocksDbImage(directory, env));
  if (Same(written, listing)) return absl::OkStatus();
  return StoreCorrupt("what was written into it reads back otherwise", directory);
}

}  // namespace bellwether
