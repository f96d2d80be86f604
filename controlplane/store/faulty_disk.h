#ifndef CONTROLPLANE_STORE_FAULTY_DISK_H_
#define CONTROLPLANE_STORE_FAULTY_DISK_H_

#include <functional>
#include <memory>
#include <string>

namespace rocksdb {
class Env;
}

namespace bellwether {

// The machine's disk with failpoints before and after each write and each sync of a file, and with
// a power cord; for tests. Thread-safe.
class FaultyDisk {
 public:
  enum class Operation { kWrite, kSync };
  enum class Moment { kBefore, kAfter };
  // What happens at a failpoint. An error before an operation keeps it from happening; one after it
  // only says that it failed.
  enum class Outcome {
    kGoOn,
    kNoSpace,
    kBroken,
    // Before a write only: half of it reaches the file, and the rest does not for want of space.
    kTorn,
  };
  struct Failpoint {
    Operation operation;
    Moment moment;
    // Path of the file; that of a write-ahead log ends in ".log".
    std::string file;
  };
  // Called on the thread that does the operation; may block it, or end the process.
  using Script = std::function<Outcome(const Failpoint& failpoint)>;

  explicit FaultyDisk(Script script);
  ~FaultyDisk();

  // For RocksDbMetadataStore::Options; lives as long as the disk.
  rocksdb::Env* env() { return env_.get(); }

  // Cuts what was written and not synced off the files, as a power failure does that meets a disk
  // in the middle of it: `kept`, from 0 to 1, is the part of it that had reached the disk.
  // REQUIRES: nobody uses the files.
  void LosePower(double kept);

 private:
  class FileSystem;
  class File;

  const std::shared_ptr<FileSystem> file_system_;
  const std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_FAULTY_DISK_H_
