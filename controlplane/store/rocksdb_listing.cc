#include "controlplane/store/rocksdb_listing.h"

#include <rocksdb/db.h>
#include <rocksdb/iterator.h>
#include <rocksdb/options.h>

#include <memory>
#include <optional>

#include "controlplane/base/status_macros.h"
#include "controlplane/store/rocksdb_status.h"
#include "controlplane/store/stored_record.h"

namespace bellwether {
namespace {

absl::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

}  // namespace

absl::StatusOr<MetadataStore::Listing> ListRocksDb(rocksdb::DB& db, absl::string_view prefix,
                                                   const std::string& directory) {
  // An iterator shows the database as it was when it was made: the revision, too, comes from it.
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(rocksdb::ReadOptions()));
  MetadataStore::Listing listing;
  it->Seek(rocksdb::Slice(kRevisionKey.data(), kRevisionKey.size()));
  RETURN_IF_ERROR(FromRocksDb(it->status(), "read from", directory));
  const std::optional<Record> latest = it->Valid() ? DecodeRecord(View(it->value())) : std::nullopt;
  if (!latest.has_value()) return StoreCorrupt("its latest revision is missing", directory);
  listing.revision = latest->revision;

  const std::string record_prefix = RecordKey(prefix);
  for (it->Seek(record_prefix); it->Valid() && it->key().starts_with(record_prefix); it->Next()) {
    const std::optional<std::string> key = UserKey(View(it->key()));
    const std::optional<Record> record = DecodeRecord(View(it->value()));
    if (!key.has_value() || !record.has_value()) {
      return StoreCorrupt("an entry has no envelope", directory);
    }
    listing.entries.push_back(StoredEntry{*key, std::string(record->value), record->revision});
  }
  RETURN_IF_ERROR(FromRocksDb(it->status(), "read from", directory));
  return listing;
}

}  // namespace bellwether
