#ifndef CONTROLPLANE_SERVER_STORAGE_COLLECTOR_H_
#define CONTROLPLANE_SERVER_STORAGE_COLLECTOR_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <string>
#include <vector>

#include "controlplane/catalog/backups.h"

namespace bellwether {

// The size of the store, the free disk space, and the time of the last backup, collected at each
// scrape. Values that cannot be determined are left out. Thread-safe.
class StorageCollector final : public prometheus::Collectable {
 public:
  // `backups` must outlive it; nullptr if no backup directory is configured.
  StorageCollector(std::string data_dir, const Backups* backups);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::string data_dir_;
  const Backups* const backups_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_STORAGE_COLLECTOR_H_
