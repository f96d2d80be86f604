#include "controlplane/store/rocksdb_opening.h"

#include <fcntl.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/options.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/log.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/store/disk_reserve.h"
#include "controlplane/store/rocksdb_status.h"
#include "controlplane/store/stored_record.h"

namespace bellwether {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMiB = size_t{1} << 20;
// Older than the first log of any store: RocksDB skips it.
constexpr absl::string_view kNoLogFile = "000001.log";

absl::Status Refusal(Reason reason, const std::string& directory, absl::string_view problem) {
  return MakeError(absl::StatusCode::kFailedPrecondition, reason,
                   absl::StrCat("metadata store \"", directory, "\" ", problem),
                   {{"directory", directory}});
}

absl::Status Foreign(const std::string& directory, absl::string_view what) {
  return Refusal(Reason::kStoreForeign, directory,
                 absl::StrCat("is not a metadata store: it contains ", what,
                              "; choose an empty directory, or one that does not exist"));
}

absl::Status InUse(const std::string& directory) {
  return Refusal(Reason::kStoreInUse, directory,
                 "is open in another process: stop that process, or choose another directory");
}

fs::path ParentOf(const std::string& directory) {
  const fs::path absolute = fs::absolute(directory).lexically_normal();
  return (absolute.has_filename() ? absolute : absolute.parent_path()).parent_path();
}

absl::Status CheckParent(const std::string& directory, const fs::path& parent) {
  std::error_code error;
  if (fs::is_directory(parent, error)) return absl::OkStatus();
  return StoreUnavailable(
      absl::StrCat("its parent directory \"", parent.string(),
                   "\" does not exist: create it, mount the volume, or choose another directory"),
      directory);
}

absl::Status CannotCreate(const std::string& directory, const fs::path& parent, int reason) {
  return StoreUnavailable(
      absl::StrCat("cannot create it (", std::strerror(reason), "): let this user write to \"",
                   parent.string(), "\", or choose another directory"),
      directory);
}

// Whether CreateDirectory would succeed. Tries an unnamed file, which is invisible; if the file
// system does not support that, creates the directory and removes it again.
absl::Status CheckCreatable(const std::string& directory) {
  const fs::path parent = ParentOf(directory);
  RETURN_IF_ERROR(CheckParent(directory, parent));
  const int file = open(parent.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) {
    close(file);
    return absl::OkStatus();
  }
  const bool no_unnamed_files =
      errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT || errno == EINVAL;
  if (no_unnamed_files && mkdir(directory.c_str(), 0700) == 0) {
    rmdir(directory.c_str());
    return absl::OkStatus();
  }
  return CannotCreate(directory, parent, errno);
}

// Creates the directory, and makes it survive a power failure: RocksDB syncs only its contents.
absl::Status CreateDirectory(const std::string& directory) {
  const fs::path parent = ParentOf(directory);
  RETURN_IF_ERROR(CheckParent(directory, parent));
  // Accessible only to this user: it will contain hashes of keys.
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) {
    return CannotCreate(directory, parent, errno);
  }
  const int parent_fd = open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = parent_fd >= 0 && fsync(parent_fd) == 0;
  const int sync_errno = errno;
  if (parent_fd >= 0) close(parent_fd);
  if (synced) return absl::OkStatus();
  return StoreUnavailable(absl::StrCat("cannot sync \"", parent.string(), "\" (",
                                       std::strerror(sync_errno), "): check its disk"),
                          directory);
}

// Files that a killed first start may leave behind, or that a new volume contains.
bool IsHarmless(const std::string& file) {
  return file == "lost+found" || file == kReserveFile || file == "LOCK" || file == "IDENTITY" ||
         absl::StartsWith(file, "LOG") || absl::StartsWith(file, "MANIFEST-") ||
         absl::StartsWith(file, "OPTIONS-") || absl::EndsWith(file, ".dbtmp");
}

// OK unless the write-ahead log of the RocksDB here is missing. RocksDB takes that for a log that
// it does not need, and would go on without all changes since it last wrote a table, of a young
// store without all there are. It deletes no log before the next one exists, and EnsureFormat
// writes a table at once; so only a first start that was killed leaves neither a log nor a table.
absl::Status CheckLog(const std::string& directory) {
  bool has_log = false;
  bool has_table = false;
  std::error_code error;
  fs::directory_iterator files(directory, error);
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    const fs::path extension = files->path().extension();
    has_log = has_log || extension == ".log";
    has_table = has_table || extension == ".sst";
  }
  if (error || has_log || !has_table) return absl::OkStatus();
  return MakeError(
      absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
      absl::StrCat("metadata store \"", directory,
                   "\" has lost its write-ahead log, the files *.log: acknowledged changes are "
                   "missing; put the files back, or restore a backup into an empty directory; to "
                   "continue without these changes, create an empty file \"",
                   kNoLogFile, "\" in the directory"),
      {{"directory", directory}});
}

// OK if RocksDB may make a new database here. It would take no offence at files that are there.
absl::Status CheckEmpty(const std::string& directory) {
  std::error_code error;
  fs::directory_iterator files(directory, error);
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    const std::string file = files->path().filename().string();
    if (absl::EndsWith(file, ".sst") || absl::EndsWith(file, ".log")) {
      return StoreCorrupt(absl::StrCat("file \"CURRENT\" is missing next to \"", file, "\""),
                          directory);
    }
    if (!IsHarmless(file)) return Foreign(directory, absl::StrCat("a file \"", file, "\""));
  }
  if (!error) return absl::OkStatus();
  return StoreUnavailable(
      absl::StrCat("cannot list it (", error.message(), "): let this user read it"), directory);
}

// RocksDB's errors, in our log. A log file of its own would be one more file that can fail,
// and RocksDB aborts the process when it writes to a log file that a full disk has cut off before.
class EngineLog final : public rocksdb::Logger {
 public:
  EngineLog() : Logger(rocksdb::InfoLogLevel::ERROR_LEVEL) {}

  void Logv(rocksdb::InfoLogLevel level, const char* format, va_list arguments) override {
    const bool wanted =
        level == rocksdb::InfoLogLevel::ERROR_LEVEL || level == rocksdb::InfoLogLevel::FATAL_LEVEL;
    if (wanted) Logv(format, arguments);
  }
  void Logv(const char* format, va_list arguments) override {
    std::array<char, 512> text = {};
    std::vsnprintf(text.data(), text.size(), format, arguments);
    Log(LogLevel::kError, "RocksDB error", {{"text", absl::string_view(text.data())}});
  }
};

rocksdb::Options EngineOptions(rocksdb::Env* env) {
  rocksdb::Options options;
  options.env = env;
  options.paranoid_checks = true;
  // A log may end in an incomplete record: that commit was not acknowledged, since its sync had not
  // returned. Any other damage of a log refuses the store. kPointInTimeRecovery, RocksDB's default,
  // would silently drop every acknowledged commit after a damaged one; kAbsoluteConsistency would
  // refuse the torn tail that any crash may leave.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  // Never go on by itself in a log that a write failed in: the store reopens it instead.
  options.max_bgerror_resume_count = 0;
  // Metadata is small: so is the engine.
  options.write_buffer_size = 4 * kMiB;
  options.max_open_files = 256;
  options.max_manifest_file_size = 4 * kMiB;
  options.compression = rocksdb::kNoCompression;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(16 * kMiB);
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.info_log = std::make_shared<EngineLog>();
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  return options;
}

// OK if `db` is a metadata store of a format that we know, or is empty.
absl::Status CheckFormat(rocksdb::DB& db, const std::string& directory) {
  std::string marker;
  const rocksdb::Status status =
      db.Get(rocksdb::ReadOptions(), rocksdb::Slice(kFormatKey.data(), kFormatKey.size()), &marker);
  if (status.IsNotFound()) {
    const std::unique_ptr<rocksdb::Iterator> all(db.NewIterator(rocksdb::ReadOptions()));
    all->SeekToFirst();
    RETURN_IF_ERROR(FromRocksDb(all->status(), "read from", directory));
    if (!all->Valid()) return absl::OkStatus();
    if (all->key() == rocksdb::Slice(kUnfinishedKey.data(), kUnfinishedKey.size())) {
      return Refusal(Reason::kStoreForeign, directory,
                     "contains an unfinished copy: empty it and make the copy again");
    }
    return Foreign(directory, "another program's RocksDB");
  }
  RETURN_IF_ERROR(FromRocksDb(status, "read from", directory));
  const std::optional<int> format = DecodeFormat(marker);
  if (!format.has_value()) return Foreign(directory, "another program's RocksDB");
  if (*format > kStoreFormat) {
    return Refusal(
        Reason::kStoreTooNew, directory,
        absl::StrCat("has format ", *format, ", but this version supports formats up to ",
                     kStoreFormat, ": start the version that wrote it, or a newer one"));
  }
  return absl::OkStatus();
}

// Opens it without changing anything, its format checked. REQUIRES: the caller holds the
// directory's lock, where it can.
absl::StatusOr<std::unique_ptr<rocksdb::DB>> OpenReadOnly(const rocksdb::Options& options,
                                                          const std::string& directory) {
  RETURN_IF_ERROR(CheckLog(directory));
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(options, directory, &opened);
  std::unique_ptr<rocksdb::DB> db(opened);
  if (status.IsNotSupported()) {
    return Refusal(Reason::kStoreTooNew, directory,
                   absl::StrCat("was written by a newer RocksDB (", status.ToString(),
                                "): start the version that wrote it, or a newer one"));
  }
  if (status.IsInvalidArgument()) return Foreign(directory, "another program's RocksDB");
  RETURN_IF_ERROR(FromRocksDb(status, "open", directory));
  RETURN_IF_ERROR(CheckFormat(*db, directory));
  return db;
}

// Does `work` while the directory's lock is held. FAILED_PRECONDITION (kStoreInUse).
absl::Status WithLock(rocksdb::Env* env, const std::string& directory,
                      const std::function<absl::Status()>& work) {
  rocksdb::FileLock* lock = nullptr;
  const std::string lock_file = absl::StrCat(directory, "/LOCK");
  const rocksdb::Status locked = env->LockFile(lock_file, &lock);
  if (!locked.ok()) {
    // RocksDB has one code for a file that is locked and for one that cannot be opened.
    if (access(lock_file.c_str(), W_OK) != 0) return FromRocksDb(locked, "lock", directory);
    return InUse(directory);
  }
  const absl::Status status = work();
  env->UnlockFile(lock);
  return status;
}

// Of a directory that is there: whether it can be used, and whether RocksDB may make a new database
// in it or `has_one` already. Changes nothing.
absl::Status CheckUsable(const std::string& directory, bool& has_one) {
  std::error_code error;
  if (!fs::is_directory(directory, error)) {
    return Refusal(Reason::kStoreForeign, directory, "is not a directory: choose a directory");
  }
  if (access(directory.c_str(), R_OK | W_OK | X_OK) != 0) {
    return StoreUnavailable(
        absl::StrCat("cannot use it (", std::strerror(errno), "): let this user read and write it"),
        directory);
  }
  has_one = fs::exists(fs::path(directory) / "CURRENT", error);
  return has_one ? absl::OkStatus() : CheckEmpty(directory);
}

// FAILED_PRECONDITION (kStoreInUse) if another process holds the directory's lock. Changes nothing.
absl::Status CheckNotInUse(const std::string& directory) {
  const int file = open(absl::StrCat(directory, "/LOCK").c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return absl::OkStatus();
  struct flock lock = {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  const bool locked = fcntl(file, F_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  close(file);
  return locked ? InUse(directory) : absl::OkStatus();
}

// Refuses a directory before RocksDB has changed anything in it.
absl::Status CheckDirectory(const rocksdb::Options& options, IfMissing if_missing,
                            const std::string& directory) {
  std::error_code error;
  if (!fs::exists(directory, error)) {
    if (if_missing == IfMissing::kRefuse) {
      return StoreUnavailable("the directory no longer exists: mount its volume again", directory);
    }
    RETURN_IF_ERROR(CreateDirectory(directory));
  }
  bool exists = false;
  RETURN_IF_ERROR(CheckUsable(directory, exists));
  if (!exists && if_missing == IfMissing::kRefuse) {
    return StoreUnavailable("its files no longer exist: mount its volume again", directory);
  }
  return WithLock(options.env, directory, [&] {
    return exists ? OpenReadOnly(options, directory).status() : absl::OkStatus();
  });
}

// Of a directory in which a store is to be made.
absl::Status CheckNothingThere(const std::string& directory) {
  std::error_code error;
  fs::directory_iterator files(directory, error);
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    const std::string file = files->path().filename().string();
    if (file == "lost+found") continue;
    return Refusal(Reason::kStoreNotEmpty, directory,
                   absl::StrCat("is not empty: it contains \"", file,
                                "\", and nothing is overwritten; choose an empty directory, or one "
                                "that does not exist"));
  }
  return absl::OkStatus();
}

// Writes the marker and revision 0 into an empty database, and into a table, by which CheckLog
// knows it; checks that both are in another one.
absl::Status EnsureFormat(rocksdb::DB& db, const std::string& directory) {
  const rocksdb::Slice format_key(kFormatKey.data(), kFormatKey.size());
  const rocksdb::Slice revision_key(kRevisionKey.data(), kRevisionKey.size());
  std::string value;
  rocksdb::Status status = db.Get(rocksdb::ReadOptions(), format_key, &value);
  if (status.IsNotFound()) {
    rocksdb::WriteBatch batch;
    batch.Put(format_key, EncodeFormat(kStoreFormat));
    batch.Put(revision_key, EncodeRecord({}));
    rocksdb::WriteOptions synced;
    synced.sync = true;
    RETURN_IF_ERROR(FromRocksDb(db.Write(synced, &batch), "write to", directory));
    return FromRocksDb(db.Flush(rocksdb::FlushOptions()), "write to", directory);
  }
  RETURN_IF_ERROR(FromRocksDb(status, "read from", directory));
  status = db.Get(rocksdb::ReadOptions(), revision_key, &value);
  if (status.IsNotFound()) return StoreCorrupt("its latest revision is missing", directory);
  return FromRocksDb(status, "read from", directory);
}

}  // namespace

absl::StatusOr<std::unique_ptr<rocksdb::DB>> OpenRocksDb(const std::string& directory,
                                                         IfMissing if_missing, rocksdb::Env* env) {
  rocksdb::Options options = EngineOptions(env);
  RETURN_IF_ERROR(CheckDirectory(options, if_missing, directory));
  options.create_if_missing = if_missing == IfMissing::kCreate;
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::Open(options, directory, &opened);
  // What is in the log is written to a table first, also where the disk is full.
  if (status.IsNoSpace() && ReleaseReserve(directory)) {
    Log(LogLevel::kWarning, "disk full, reserved space released", {{"directory", directory}});
    status = rocksdb::DB::Open(options, directory, &opened);
  }
  std::unique_ptr<rocksdb::DB> db(opened);
  if (status.IsInvalidArgument()) return Foreign(directory, "another program's RocksDB");
  if (status.IsNoSpace()) return DiskIsFull(directory);
  RETURN_IF_ERROR(FromRocksDb(status, "open", directory));
  // A damaged block is found now, not when its key is wanted.
  RETURN_IF_ERROR(FromRocksDb(db->VerifyChecksum(rocksdb::ReadOptions()), "read from", directory));
  RETURN_IF_ERROR(EnsureFormat(*db, directory));
  KeepReserve(directory);
  return db;
}

absl::StatusOr<bool> FindRocksDb(const std::string& directory) {
  std::error_code error;
  bool has_one = false;
  if (!fs::exists(directory, error)) {
    RETURN_IF_ERROR(CheckCreatable(directory));
    return has_one;
  }
  RETURN_IF_ERROR(CheckUsable(directory, has_one));
  RETURN_IF_ERROR(CheckNotInUse(directory));
  return has_one;
}

absl::Status ReadRocksDb(const std::string& directory, rocksdb::Env* env,
                         const std::function<absl::Status(rocksdb::DB& db)>& read) {
  std::error_code error;
  if (!fs::exists(fs::path(directory) / "CURRENT", error)) {
    return Refusal(Reason::kStoreForeign, directory,
                   "does not contain a metadata store: choose a data directory or a backup");
  }
  const auto open_and_read = [&]() -> absl::Status {
    ASSIGN_OR_RETURN(const std::unique_ptr<rocksdb::DB> db,
                     OpenReadOnly(EngineOptions(env), directory));
    RETURN_IF_ERROR(
        FromRocksDb(db->VerifyChecksum(rocksdb::ReadOptions()), "read from", directory));
    return read(*db);
  };
  // A medium that cannot be written has no other process to fear.
  if (access(directory.c_str(), W_OK) != 0) return open_and_read();
  return WithLock(env, directory, open_and_read);
}

absl::Status FillRocksDb(const std::string& directory, rocksdb::Env* env,
                         const std::function<absl::Status(rocksdb::DB& db)>& fill) {
  RETURN_IF_ERROR(CheckNothingThere(directory));
  rocksdb::Options options = EngineOptions(env);
  RETURN_IF_ERROR(CheckDirectory(options, IfMissing::kCreate, directory));
  options.create_if_missing = true;
  options.error_if_exists = true;
  rocksdb::DB* opened = nullptr;
  RETURN_IF_ERROR(FromRocksDb(rocksdb::DB::Open(options, directory, &opened), "open", directory));
  const std::unique_ptr<rocksdb::DB> db(opened);
  const rocksdb::Slice unfinished(kUnfinishedKey.data(), kUnfinishedKey.size());
  rocksdb::WriteOptions synced;
  synced.sync = true;
  RETURN_IF_ERROR(FromRocksDb(db->Put(synced, unfinished, ""), "write to", directory));
  RETURN_IF_ERROR(fill(*db));
  // Into tables: durable before the marker is, and under checksums that a reader verifies.
  const rocksdb::FlushOptions flush;
  RETURN_IF_ERROR(FromRocksDb(db->Flush(flush), "write to", directory));
  rocksdb::WriteBatch finish;
  finish.Delete(unfinished);
  finish.Put(rocksdb::Slice(kFormatKey.data(), kFormatKey.size()), EncodeFormat(kStoreFormat));
  RETURN_IF_ERROR(FromRocksDb(db->Write(synced, &finish), "write to", directory));
  return FromRocksDb(db->Flush(flush), "write to", directory);
}

}  // namespace bellwether
