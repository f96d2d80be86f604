#ifndef CONTROLPLANE_SERVER_STORAGE_COLLECTOR_H_
#define CONTROLPLANE_SERVER_STORAGE_COLLECTOR_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <string>
#include <vector>

#include "controlplane/catalog/backups.h"

namespace bellwether {

// Shows how large the store is, how much room is left for it, and when the last backup was made,
// whenever Prometheus scrapes. What cannot be found out is left out. Thread-safe.
class StorageCollector final : public prometheus::Collectable {
 public:
  // `backups` must outlive it; nullptr where there is nowhere to keep any.
  StorageCollector(std::string data_dir, const Backups* backups);

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::string data_dir_;
  const Backups* const backups_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_STORAGE_COLLECTOR_H_
