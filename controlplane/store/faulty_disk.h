#ifndef CONTROLPLANE_STORE_FAULTY_DISK_H_
#define CONTROLPLANE_STORE_FAULTY_DISK_H_

#include <functional>
#include <memory>
#include <string>

namespace rocksdb {
class Env;
}

namespace bellwether {

// A disk for tests: the machine's disk with failpoints before and after each write and each sync of
// a file, and with simulated power failures. Thread-safe.
class FaultyDisk {
 public:
  enum class Operation { kWrite, kSync };
  enum class Moment { kBefore, kAfter };
  // The effect of a failpoint. An error before an operation prevents it; an error after it only
  // reports a failure.
  enum class Outcome {
    kGoOn,
    kNoSpace,
    kBroken,
    // Only before a write: half of it reaches the file, and the rest does not for lack of space.
    kTorn,
  };
  struct Failpoint {
    Operation operation;
    Moment moment;
    // Path of the file; the path of a write-ahead log ends in ".log".
    std::string file;
  };
  // Called on the thread of the operation; may block it, or end the process.
  using Script = std::function<Outcome(const Failpoint& failpoint)>;

  explicit FaultyDisk(Script script);
  ~FaultyDisk();

  // For RocksDbMetadataStore::Options; lives as long as the disk.
  rocksdb::Env* env() { return env_.get(); }

  // Removes written but unsynced data from the files, as a power failure during the write would:
  // `kept`, from 0 to 1, is the fraction that had reached the disk. REQUIRES: no one uses the
  // files.
  void LosePower(double kept);

 private:
  class FileSystem;
  class File;

  const std::shared_ptr<FileSystem> file_system_;
  const std::unique_ptr<rocksdb::Env> env_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_FAULTY_DISK_H_
