#ifndef CONTROLPLANE_SERVER_CONNECTION_COLLECTOR_H_
#define CONTROLPLANE_SERVER_CONNECTION_COLLECTOR_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "controlplane/server/frame_check.h"

namespace bellwether {

// Counts the connections of each listener at each scrape: open, refused and cut off. Thread-safe.
class ConnectionCollector final : public prometheus::Collectable {
 public:
  struct Port {
    // "agent", for example.
    std::string listener;
    int port = 0;
    // Connections refused since the start. Thread-safe, and valid as long as the collector.
    std::function<uint64_t()> refused;
    // Connections that were cut off since the start, by reason. Thread-safe, and valid as long as
    // the collector. Empty if none ever is.
    std::function<uint64_t(CutReason)> cut;
  };

  explicit ConnectionCollector(std::vector<Port> ports) : ports_(std::move(ports)) {}

  // Takes O(open files), because gRPC does not report when a connection is closed.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const std::vector<Port> ports_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_CONNECTION_COLLECTOR_H_
