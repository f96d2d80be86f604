#include "controlplane/server/storage_collector.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "controlplane/server/metric_family.h"

namespace bellwether {
namespace {

prometheus::MetricFamily MakeGauge(const char* name, const char* help, double value) {
  prometheus::MetricFamily family = MakeFamily(prometheus::MetricType::Gauge, name, help);
  AddMetric({}, value, family);
  return family;
}

// Bytes of all files in it. RocksDB removes files at any time: one that is gone counts nothing.
std::optional<uintmax_t> SizeOf(const std::string& directory) {
  std::error_code error;
  std::filesystem::recursive_directory_iterator file(directory, error);
  if (error) return std::nullopt;
  uintmax_t bytes = 0;
  while (file != std::filesystem::recursive_directory_iterator()) {
    std::error_code gone;
    const uintmax_t size = file->is_regular_file(gone) ? file->file_size(gone) : 0;
    if (!gone) bytes += size;
    file.increment(error);
    if (error) return std::nullopt;
  }
  return bytes;
}

}  // namespace

StorageCollector::StorageCollector(std::string data_dir, const Backups* backups)
    : data_dir_(std::move(data_dir)), backups_(backups) {}

std::vector<prometheus::MetricFamily> StorageCollector::Collect() const {
  std::vector<prometheus::MetricFamily> families;
  const std::optional<uintmax_t> size = SizeOf(data_dir_);
  if (size.has_value()) {
    families.push_back(MakeGauge("bellwether_store_size_bytes", "All files of the metadata store.",
                                 static_cast<double>(*size)));
  }
  std::error_code error;
  const std::filesystem::space_info space = std::filesystem::space(data_dir_, error);
  if (!error) {
    families.push_back(MakeGauge("bellwether_store_free_bytes",
                                 "Room that is left where the metadata store is.",
                                 static_cast<double>(space.available)));
  }
  if (backups_ == nullptr) return families;
  const absl::StatusOr<std::vector<Backup>> backups = backups_->List();
  if (backups.ok()) {
    const double when =
        backups->empty() ? 0
                         : absl::ToDoubleSeconds(backups->back().create_time - absl::UnixEpoch());
    families.push_back(MakeGauge("bellwether_last_backup_timestamp_seconds",
                                 "When the last backup was made; 0 if there is none.", when));
  }
  return families;
}

}  // namespace bellwether
