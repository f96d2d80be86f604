#include "controlplane/store/rocksdb_backup_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/store/rocksdb_image.h"

namespace bellwether {
namespace {

namespace fs = std::filesystem;

// Suffix of the directory of an unfinished backup.
constexpr char kUnfinished[] = ".unfinished";

absl::Status Unavailable(const std::string& directory, absl::string_view problem) {
  return MakeError(
      absl::StatusCode::kUnavailable, Reason::kBackupUnavailable,
      absl::StrCat(
          "cannot write backups to \"", directory, "\" (", problem,
          "): check that its disk works and has free space, and that this user may write to it"),
      {{"directory", directory}});
}

absl::Status SyncDirectory(const std::string& directory) {
  const int fd = open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && fsync(fd) == 0;
  const int error = errno;
  if (fd >= 0) close(fd);
  return synced ? absl::OkStatus() : Unavailable(directory, std::strerror(error));
}

}  // namespace

RocksDbBackupStore::RocksDbBackupStore(std::string directory) : directory_(std::move(directory)) {}

absl::Status RocksDbBackupStore::Write(const std::string& name,
                                       const MetadataStore::Listing& listing) {
  std::error_code error;
  if (fs::exists(Location(name), error)) return absl::OkStatus();
  fs::create_directories(directory_, error);
  if (error) return Unavailable(directory_, error.message());
  fs::permissions(directory_, fs::perms::owner_all, error);
  // Of a process that died meanwhile.
  for (const fs::directory_entry& entry : fs::directory_iterator(directory_, error)) {
    if (entry.path().extension() == kUnfinished) fs::remove_all(entry.path(), error);
  }
  const std::string unfinished = absl::StrCat(Location(name), kUnfinished);
  const absl::Status written = WriteRocksDbImage(listing, unfinished);
  if (!written.ok()) {
    fs::remove_all(unfinished, error);
    return Unavailable(directory_, written.message());
  }
  fs::rename(unfinished, Location(name), error);
  if (error) return Unavailable(directory_, error.message());
  return SyncDirectory(directory_);
}

absl::StatusOr<std::vector<std::string>> RocksDbBackupStore::List() const {
  std::vector<std::string> names;
  std::error_code error;
  if (!fs::exists(directory_, error)) return names;
  fs::directory_iterator files(directory_, error);
  for (; !error && files != fs::directory_iterator(); files.increment(error)) {
    if (!files->is_directory() || files->path().extension() == kUnfinished) continue;
    names.push_back(files->path().filename().string());
  }
  if (error) return Unavailable(directory_, error.message());
  std::sort(names.begin(), names.end());
  return names;
}

std::string RocksDbBackupStore::Location(const std::string& name) const {
  return absl::StrCat(directory_, "/", name);
}

}  // namespace bellwether
