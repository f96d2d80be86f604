#include "controlplane/store/rocksdb_metadata_store.h"

#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/version.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/store/commit_queue.h"
#include "controlplane/store/reader_gate.h"
#include "controlplane/store/rocksdb_group_write.h"
#include "controlplane/store/rocksdb_listing.h"
#include "controlplane/store/rocksdb_opening.h"
#include "controlplane/store/rocksdb_status.h"
#include "controlplane/store/stored_record.h"

namespace bellwether {
namespace {

// Beyond the log, reopening writes a manifest and options, and allocates a new log.
constexpr uint64_t kRoomToReopen = 1 << 20;

}  // namespace

// All that needs RocksDB's types. Thread-safe.
class RocksDbMetadataStore::Engine {
 public:
  Engine(std::string directory, const Options& options, rocksdb::Env* env,
         std::unique_ptr<rocksdb::DB> db, Revision latest)
      : directory_(std::move(directory)),
        options_(options),
        env_(env),
        db_(std::move(db)),
        latest_(latest) {}

  absl::StatusOr<std::optional<StoredEntry>> Get(absl::string_view key);
  absl::StatusOr<Listing> List(absl::string_view prefix);
  CommitQueue& commits() { return commits_; }

 private:
  void CommitGroup(const std::vector<CommitQueue::Ticket*>& group);
  // Writes and syncs, and reports the duration.
  absl::Status Write(RocksDbGroupWrite& write) const;
  // Makes the store writable again after a failed write; OK if there was none.
  absl::Status Recover();
  // OK if the disk takes as much as reopening will write.
  absl::Status ProbeDisk();
  // REQUIRES: the gate is closed.
  absl::Status Reopen();

  const std::string directory_;
  const Options options_;
  rocksdb::Env* const env_;

  // Readers read `db_` and `down_` inside the gate; the leader of the commit queue alone changes
  // them, with the gate closed.
  ReaderGate gate_;
  // Null if reopening failed; `down_` then has the error.
  std::unique_ptr<rocksdb::DB> db_;
  absl::Status down_;

  // Touched by the leader alone.
  Revision latest_;
  // The write that failed, to be taken back. Nothing is written before that has happened: a record
  // after a torn one would make the log unreadable.
  std::unique_ptr<RocksDbGroupWrite> failed_;

  CommitQueue commits_{
      [this](const std::vector<CommitQueue::Ticket*>& group) { CommitGroup(group); }};
};

absl::StatusOr<std::optional<StoredEntry>> RocksDbMetadataStore::Engine::Get(
    absl::string_view key) {
  const ReaderGate::Pass pass(gate_);
  if (db_ == nullptr) return down_;
  std::string encoded;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), RecordKey(key), &encoded);
  if (status.IsNotFound()) return std::nullopt;
  RETURN_IF_ERROR(FromRocksDb(status, "read from", directory_));
  const std::optional<Record> record = DecodeRecord(encoded);
  if (!record.has_value()) return StoreCorrupt("an entry has no envelope", directory_);
  return StoredEntry{std::string(key), std::string(record->value), record->revision};
}

absl::StatusOr<MetadataStore::Listing> RocksDbMetadataStore::Engine::List(
    absl::string_view prefix) {
  const ReaderGate::Pass pass(gate_);
  if (db_ == nullptr) return down_;
  return ListRocksDb(*db_, prefix, directory_);
}

void RocksDbMetadataStore::Engine::CommitGroup(const std::vector<CommitQueue::Ticket*>& group) {
  absl::Status status = Recover();
  if (status.ok()) {
    auto write = std::make_unique<RocksDbGroupWrite>(*db_, directory_, latest_);
    for (CommitQueue::Ticket* ticket : group) ticket->result = write->Add(ticket->transaction);
    if (write->latest() == latest_) return;
    status = Write(*write);
    if (status.ok()) {
      latest_ = write->latest();
      return;
    }
    failed_ = std::move(write);
  }
  // Also those that were refused: it may have been for a change that now has not happened.
  for (CommitQueue::Ticket* ticket : group) ticket->result = status;
}

absl::Status RocksDbMetadataStore::Engine::Write(RocksDbGroupWrite& write) const {
  if (!options_.on_sync) return write.Write();
  const MonotonicTime start = options_.clock->MonotonicNow();
  const absl::Status status = write.Write();
  options_.on_sync(options_.clock->MonotonicNow() - start);
  return status;
}

absl::Status RocksDbMetadataStore::Engine::Recover() {
  if (failed_ == nullptr) return absl::OkStatus();
  // Reads go on until it is worth a try.
  if (db_ != nullptr) RETURN_IF_ERROR(ProbeDisk());
  gate_.Close();
  down_ = Reopen();
  const absl::Status status = down_;
  gate_.Open();
  return status;
}

absl::Status RocksDbMetadataStore::Engine::ProbeDisk() {
  uint64_t log_bytes = 0;
  db_->GetIntProperty(rocksdb::DB::Properties::kCurSizeAllMemTables, &log_bytes);
  const std::string path = absl::StrCat(directory_, "/PROBE");
  std::unique_ptr<rocksdb::WritableFile> file;
  rocksdb::Status status = env_->NewWritableFile(path, &file, rocksdb::EnvOptions());
  if (status.ok()) {
    status = file->Append(std::string(log_bytes + kRoomToReopen, '\0'));
    if (status.ok()) status = file->Sync();
    file->Close().PermitUncheckedError();
  }
  env_->DeleteFile(path).PermitUncheckedError();
  return FromRocksDb(status, "write to", directory_);
}

absl::Status RocksDbMetadataStore::Engine::Reopen() {
  // RocksDB's own Resume() is not enough: it refuses after a failed sync, and data that the failed
  // write left in the log would reappear at the next start.
  db_.reset();
  ASSIGN_OR_RETURN(std::unique_ptr<rocksdb::DB> db,
                   OpenRocksDb(directory_, IfMissing::kRefuse, env_));
  ASSIGN_OR_RETURN(const Revision found, ReadLatestRevision(*db, directory_));
  if (found != latest_) RETURN_IF_ERROR(failed_->TakeBack(*db));
  db_ = std::move(db);
  failed_.reset();
  return absl::OkStatus();
}

std::string RocksDbMetadataStore::LibraryVersion() { return rocksdb::GetRocksVersionAsString(); }

absl::StatusOr<std::unique_ptr<RocksDbMetadataStore>> RocksDbMetadataStore::Open(
    const std::string& directory, const Options& options) {
  rocksdb::Env* const env = options.env != nullptr ? options.env : rocksdb::Env::Default();
  ASSIGN_OR_RETURN(std::unique_ptr<rocksdb::DB> db,
                   OpenRocksDb(directory, IfMissing::kCreate, env));
  ASSIGN_OR_RETURN(const Revision latest, ReadLatestRevision(*db, directory));
  return std::unique_ptr<RocksDbMetadataStore>(new RocksDbMetadataStore(
      std::make_unique<Engine>(directory, options, env, std::move(db), latest)));
}

RocksDbMetadataStore::RocksDbMetadataStore(std::unique_ptr<Engine> engine)
    : engine_(std::move(engine)) {}

RocksDbMetadataStore::~RocksDbMetadataStore() = default;

absl::StatusOr<std::optional<StoredEntry>> RocksDbMetadataStore::Get(absl::string_view key) const {
  return engine_->Get(key);
}

absl::StatusOr<MetadataStore::Listing> RocksDbMetadataStore::List(absl::string_view prefix) const {
  return engine_->List(prefix);
}

absl::StatusOr<Revision> RocksDbMetadataStore::Commit(const Transaction& transaction) {
  return engine_->commits().Commit(transaction);
}

int64_t RocksDbMetadataStore::pending_commits() const { return engine_->commits().pending(); }

}  // namespace bellwether
