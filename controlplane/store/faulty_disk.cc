#include "controlplane/store/faulty_disk.h"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>
#include <rocksdb/io_status.h>

#include <utility>

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

class FaultyFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  FaultyFile(std::unique_ptr<FSWritableFile> file, std::string path, FaultyDisk::Script script)
      : FSWritableFileOwnerWrapper(std::move(file)),
        path_(std::move(path)),
        script_(std::move(script)) {}

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* dbg) override {
    return Run(
        FaultyDisk::Operation::kWrite, [&] { return target()->Append(data, options, dbg); },
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
    return Run(FaultyDisk::Operation::kSync, whole, [] { return IOStatus::OK(); });
  }

  template <typename Whole, typename Half>
  IOStatus Run(FaultyDisk::Operation operation, const Whole& whole, const Half& half) {
    const FaultyDisk::Outcome before = script_({operation, FaultyDisk::Moment::kBefore, path_});
    if (before == FaultyDisk::Outcome::kTorn) half().PermitUncheckedError();
    if (before != FaultyDisk::Outcome::kGoOn) return ToStatus(before);
    IOStatus status = whole();
    if (!status.ok()) return status;
    return ToStatus(script_({operation, FaultyDisk::Moment::kAfter, path_}));
  }

  const std::string path_;
  const FaultyDisk::Script script_;
};

class FaultyFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit FaultyFileSystem(FaultyDisk::Script script)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), script_(std::move(script)) {}

  const char* Name() const override { return "FaultyFileSystem"; }

  IOStatus NewWritableFile(const std::string& path, const FileOptions& options,
                           std::unique_ptr<FSWritableFile>* file, IODebugContext* dbg) override {
    std::unique_ptr<FSWritableFile> opened;
    IOStatus status = target()->NewWritableFile(path, options, &opened, dbg);
    if (status.ok()) *file = std::make_unique<FaultyFile>(std::move(opened), path, script_);
    return status;
  }

 private:
  const FaultyDisk::Script script_;
};

}  // namespace

FaultyDisk::FaultyDisk(Script script)
    : env_(rocksdb::NewCompositeEnv(std::make_shared<FaultyFileSystem>(std::move(script)))) {}

FaultyDisk::~FaultyDisk() = default;

}  // namespace bellwether
