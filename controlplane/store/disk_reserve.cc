#include "controlplane/store/disk_reserve.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

namespace fs = std::filesystem;

// Beside the table: a manifest, options and the begin of a log.
constexpr uint64_t kRoomBesideTheLog = uint64_t{1} << 20;

fs::path ReserveIn(const std::string& directory) { return fs::path(directory) / kReserveFile; }

// Of all write-ahead logs.
uint64_t LogBytes(const std::string& directory) {
  uint64_t bytes = 0;
  std::error_code error;
  fs::directory_iterator files(directory, error);
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    std::error_code unknown;
    const uint64_t size = fs::file_size(files->path(), unknown);
    if (!unknown && files->path().extension() == ".log") bytes += size;
  }
  return bytes;
}

}  // namespace

void KeepReserve(const std::string& directory) {
  const fs::path path = ReserveIn(directory);
  std::error_code error;
  if (fs::exists(path, error)) return;
  const int file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return;
  const bool made = posix_fallocate(file, 0, kReserveBytes) == 0;
  close(file);
  // Part of a reserve would keep the whole one from being made when there is room again.
  if (!made) fs::remove(path, error);
}

bool ReleaseReserve(const std::string& directory) {
  std::error_code error;
  return fs::remove(ReserveIn(directory), error);
}

absl::Status DiskIsFull(const std::string& directory) {
  const uint64_t needed = LogBytes(directory) + kRoomBesideTheLog;
  std::error_code error;
  const fs::space_info space = fs::space(directory, error);
  return MakeError(
      absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
      absl::StrCat("metadata store \"", directory,
                   "\": its disk is full, and opening it writes its log into a table; nothing is "
                   "lost; free ",
                   needed, " bytes on the file system of that directory (",
                   error ? "unknown" : absl::StrCat(space.available),
                   " are available to this user), and start again"),
      {{"directory", directory}, {"bytes_needed", absl::StrCat(needed)}});
}

}  // namespace bellwether
