#ifndef AGENTCLIENT_REFERENCE_AGENT_AGENT_METRICS_H_
#define AGENTCLIENT_REFERENCE_AGENT_AGENT_METRICS_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agentclient/pool_watcher.h"
#include "agentclient/reference_agent/client_redirects.h"
#include "agentclient/reference_agent/control_plane_leader_source.h"
#include "agentclient/reference_agent/kafka/memory_budget.h"
#include "agentclient/reference_agent/kafka/traffic.h"
#include "controlplane/server/metrics_endpoint.h"

namespace bellwether {

// The Prometheus metrics of the reference agent: the age of its view, the sources of its answers,
// and its traffic. Thread-safe.
class AgentMetrics final : public prometheus::Collectable {
 public:
  // All must outlive it.
  AgentMetrics(const PoolWatcher& watcher, const ControlPlaneLeaderSource& leaders,
               const ClientRedirects& redirects, const kafka::Traffic& traffic,
               const kafka::MemoryBudget& budget)
      : watcher_(watcher),
        leaders_(leaders),
        redirects_(redirects),
        traffic_(traffic),
        budget_(budget) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const PoolWatcher& watcher_;
  const ControlPlaneLeaderSource& leaders_;
  const ClientRedirects& redirects_;
  const kafka::Traffic& traffic_;
  const kafka::MemoryBudget& budget_;
};

// Serves `metrics` and process metrics at /metrics. UNAVAILABLE, naming -metricsAddress, if the
// agent cannot listen on that address.
absl::StatusOr<std::unique_ptr<MetricsEndpoint>> ServeMetrics(
    const std::string& address, const std::shared_ptr<AgentMetrics>& metrics);

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_AGENT_METRICS_H_
