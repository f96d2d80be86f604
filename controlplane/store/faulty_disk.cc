#include "controlplane/store/faulty_disk.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/io_status.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <system_error>
#include <utility>

#include "controlplane/base/mutex.h"

namespace bellwether {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSWritableFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

IOStatus ToStatus(FaultyDisk::Outcome outcome) {
  switch (outcome) {
    case FaultyDisk::Outcome::kGoOn:
      return IOStatus::OK();
    case FaultyDisk::Outcome::kNoSpace:
    case FaultyDisk::Outcome::kTorn: {
      // As RocksDB's own file system reports it.
      IOStatus full = IOStatus::NoSpace("no space left on the faulty disk");
      full.SetRetryable(true);
      return full;
    }
    case FaultyDisk::Outcome::kBroken:
      return IOStatus::IOError("the faulty disk is broken");
  }
  return IOStatus::OK();
}

}  // namespace

class FaultyDisk::FileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FileSystem(Script script)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), script_(std::move(script)) {}

  const char* Name() const override { return "FaultyFileSystem"; }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* dbg) override;
  IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                      IODebugContext* dbg) override {
    IOStatus status = target()->RenameFile(from, to, options, dbg);
    if (!status.ok()) return status;
    MutexLock lock(mutex_);
    const auto moved = synced_bytes_.extract(from);
    if (!moved.empty()) synced_bytes_[to] = moved.mapped();
    return status;
  }

  const Script& script() const { return script_; }
  void NoteSynced(const std::string& path, uint64_t bytes) {
    MutexLock lock(mutex_);
    synced_bytes_[path] = bytes;
  }
  void LosePower(double kept) {
    MutexLock lock(mutex_);
    for (const auto& [path, synced] : synced_bytes_) {
      std::error_code gone;
      const uint64_t written = std::filesystem::file_size(path, gone);
      if (gone || written <= synced) continue;
      const auto left = static_cast<uint64_t>(static_cast<double>(written - synced) * kept);
      std::filesystem::resize_file(path, synced + left);
    }
  }

 private:
  const Script script_;
  Mutex mutex_;
  // Of each file that was written here, how much of it a power failure spares.
  std::map<std::string, uint64_t> synced_bytes_ ABSL_GUARDED_BY(mutex_);
};

class FaultyDisk::File final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  File(std::unique_ptr<FSWritableFile> file, std::string path, FileSystem& file_system)
      : FSWritableFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        file_system_(file_system) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* dbg) override {
    return Run(
        Operation::kWrite,
        [&] {
          IOStatus status = target()->Append(data, options, dbg);
          if (status.ok()) written_bytes_ += data.size();
          return status;
        },
        [&] { return target()->Append(Slice(data.data(), data.size() / 2), options, dbg); });
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification, IODebugContext* dbg) override {
    return Append(data, options, dbg);
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* dbg) override {
    return RunSync([&] { return target()->Sync(options, dbg); });
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* dbg) override {
    return RunSync([&] { return target()->Fsync(options, dbg); });
  }

 private:
  template <typename Whole>
  IOStatus RunSync(const Whole& whole) {
    return Run(
        Operation::kSync,
        [&] {
          const uint64_t bytes = written_bytes_;
          IOStatus status = whole();
          if (status.ok()) file_system_.NoteSynced(path_, bytes);
          return status;
        },
        [] { return IOStatus::OK(); });
  }

  template <typename Whole, typename Half>
  IOStatus Run(Operation operation, const Whole& whole, const Half& half) {
    const Outcome before = file_system_.script()({operation, Moment::kBefore, path_});
    if (before == Outcome::kTorn) half().PermitUncheckedError();
    if (before != Outcome::kGoOn) return ToStatus(before);
    IOStatus status = whole();
    if (!status.ok()) return status;
    return ToStatus(file_system_.script()({operation, Moment::kAfter, path_}));
  }

  const std::string path_;
  FileSystem& file_system_;
  // A file has one writer at a time.
  uint64_t written_bytes_ = 0;
};

IOStatus FaultyDisk::FileSystem::NewWritableFile(const std::string& path,
                                                 const FileOptions& options,
                                                 std::unique_ptr<FSWritableFile>* file,
                                                 IODebugContext* dbg) {
  std::unique_ptr<FSWritableFile> opened;
  IOStatus status = target()->NewWritableFile(path, options, &opened, dbg);
  if (!status.ok()) return status;
  NoteSynced(path, 0);
  *file = std::make_unique<File>(std::move(opened), path, *this);
  return status;
}

FaultyDisk::FaultyDisk(Script script)
    : file_system_(std::make_shared<FileSystem>(std::move(script))),
      env_(rocksdb::NewCompositeEnv(file_system_)) {}

FaultyDisk::~FaultyDisk() = default;

void FaultyDisk::LosePower(double kept) { file_system_->LosePower(kept); }

}  // namespace bellwether
