#include "controlplane/store/rocksdb_group_write.h"

#include <rocksdb/db.h>
#include <rocksdb/options.h>
#include <rocksdb/write_batch.h>

#include <utility>

#include "controlplane/base/status_macros.h"
#include "controlplane/store/rocksdb_status.h"
#include "controlplane/store/stored_record.h"
#include "controlplane/store/transaction_check.h"

namespace bellwether {
namespace {

rocksdb::Slice RevisionKeySlice() { return {kRevisionKey.data(), kRevisionKey.size()}; }

void PutOrDelete(rocksdb::WriteBatch& batch, const std::string& key,
                 const std::optional<std::string>& value) {
  if (value.has_value()) {
    batch.Put(key, *value);
  } else {
    batch.Delete(key);
  }
}

absl::Status WriteSynced(rocksdb::DB& db, rocksdb::WriteBatch& batch,
                         const std::string& directory) {
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return FromRocksDb(db.Write(synced, &batch), "write to", directory);
}

}  // namespace

absl::StatusOr<Revision> ReadLatestRevision(rocksdb::DB& db, const std::string& directory) {
  std::string encoded;
  RETURN_IF_ERROR(FromRocksDb(db.Get(rocksdb::ReadOptions(), RevisionKeySlice(), &encoded),
                              "read from", directory));
  const std::optional<Record> record = DecodeRecord(encoded);
  if (!record.has_value()) return StoreCorrupt("its latest revision is no number", directory);
  return record->revision;
}

RocksDbGroupWrite::RocksDbGroupWrite(rocksdb::DB& db, const std::string& directory, Revision latest)
    : db_(db), directory_(directory), initial_(latest), latest_(latest) {}

absl::StatusOr<RocksDbGroupWrite::Touched*> RocksDbGroupWrite::Touch(const std::string& key) {
  std::string record_key = RecordKey(key);
  const auto known = touched_.find(record_key);
  if (known != touched_.end()) return &known->second;
  Touched touched;
  std::string encoded;
  const rocksdb::Status status = db_.Get(rocksdb::ReadOptions(), record_key, &encoded);
  if (!status.IsNotFound()) {
    RETURN_IF_ERROR(FromRocksDb(status, "read from", directory_));
    const std::optional<Record> record = DecodeRecord(encoded);
    if (!record.has_value()) return StoreCorrupt("an entry has no envelope", directory_);
    touched.revision = record->revision;
    touched.before = std::move(encoded);
    touched.after = touched.before;
  }
  return &touched_.emplace(std::move(record_key), std::move(touched)).first->second;
}

absl::StatusOr<Revision> RocksDbGroupWrite::Add(const Transaction& transaction) {
  RETURN_IF_ERROR(CheckTransaction(transaction));
  for (const Precondition& precondition : transaction.preconditions) {
    ASSIGN_OR_RETURN(const Touched* touched, Touch(precondition.key));
    RETURN_IF_ERROR(CheckPrecondition(precondition, touched->revision));
  }
  // Everything is read before anything changes, so that an error leaves the group as it was.
  for (const Mutation& mutation : transaction.mutations) {
    RETURN_IF_ERROR(Touch(mutation.key).status());
  }
  ++latest_;
  for (const Mutation& mutation : transaction.mutations) {
    Touched& touched = touched_.at(RecordKey(mutation.key));
    if (mutation.value.has_value()) {
      touched.after = EncodeRecord({latest_, *mutation.value});
      touched.revision = latest_;
    } else {
      touched.after = std::nullopt;
      touched.revision = 0;
    }
  }
  return latest_;
}

absl::Status RocksDbGroupWrite::Write() const {
  rocksdb::WriteBatch batch;
  for (const auto& [key, touched] : touched_) {
    // A key that was only looked at stays out of the log.
    if (touched.after != touched.before) PutOrDelete(batch, key, touched.after);
  }
  batch.Put(RevisionKeySlice(), EncodeRecord({latest_, {}}));
  return WriteSynced(db_, batch, directory_);
}

absl::Status RocksDbGroupWrite::TakeBack(rocksdb::DB& db) const {
  rocksdb::WriteBatch batch;
  for (const auto& [key, touched] : touched_) {
    if (touched.after != touched.before) PutOrDelete(batch, key, touched.before);
  }
  batch.Put(RevisionKeySlice(), EncodeRecord({initial_, {}}));
  return WriteSynced(db, batch, directory_);
}

}  // namespace bellwether
