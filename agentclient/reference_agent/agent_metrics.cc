#include "agentclient/reference_agent/agent_metrics.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "controlplane/server/process_collector.h"

namespace bellwether {
namespace {

using MetricLabels = std::vector<prometheus::ClientMetric::Label>;

class Families {
 public:
  void Gauge(const char* name, const char* help, double value) {
    prometheus::ClientMetric metric;
    metric.gauge.value = value;
    Begin(name, help, prometheus::MetricType::Gauge).metric.push_back(std::move(metric));
  }
  void Counter(const char* name, const char* help,
               const std::vector<std::pair<MetricLabels, double>>& counts) {
    prometheus::MetricFamily& family = Begin(name, help, prometheus::MetricType::Counter);
    for (const auto& [labels, count] : counts) {
      prometheus::ClientMetric metric;
      metric.label = labels;
      metric.counter.value = count;
      family.metric.push_back(std::move(metric));
    }
  }
  std::vector<prometheus::MetricFamily> Take() { return std::move(families_); }

 private:
  prometheus::MetricFamily& Begin(const char* name, const char* help, prometheus::MetricType type) {
    families_.push_back({name, help, type, {}});
    return families_.back();
  }

  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace

std::vector<prometheus::MetricFamily> AgentMetrics::Collect() const {
  Families families;
  families.Gauge("bellwether_reference_agent_view_age_seconds",
                 "For how long the view that answers come from may have been outdated: 0 while the "
                 "control plane tells of every change, infinite without a view.",
                 absl::ToDoubleSeconds(watcher_.view_age()));
  const std::shared_ptr<const PoolReplica> view = watcher_.replica();
  families.Gauge("bellwether_reference_agent_view_version", "Version of that view; 0 without one.",
                 view == nullptr ? 0 : static_cast<double>(view->view_version()));
  std::vector<std::pair<MetricLabels, double>> answers;
  for (const AnswerSource source : kAnswerSources) {
    answers.push_back({{{"from", std::string(AnswerSourceName(source))}},
                       static_cast<double>(leaders_.answers(source))});
  }
  families.Counter("bellwether_reference_agent_leader_answers_total",
                   "Answers to clients that asked who leads, by where they came from.", answers);
  const RedirectCounters redirected = redirects_.counters();
  families.Counter("bellwether_reference_agent_redirects_total",
                   "Connections of clients that were sent to another agent by "
                   "NOT_LEADER_OR_FOLLOWER.",
                   {{{}, static_cast<double>(redirected.draining.episodes)}});
  families.Counter("bellwether_reference_agent_refused_partitions_total",
                   "Partitions of Produce and Fetch requests that were answered so.",
                   {{{}, static_cast<double>(redirected.draining.refusals)}});
  families.Gauge("bellwether_reference_agent_connections", "Open connections of Kafka clients.",
                 static_cast<double>(traffic_.open_connections()));
  families.Gauge("bellwether_reference_agent_client_memory_bytes",
                 "Memory reserved for requests and responses of Kafka clients.",
                 static_cast<double>(budget_.held()));
  families.Gauge("bellwether_reference_agent_memory_waiting_connections",
                 "Connections that wait for memory and are not read meanwhile.",
                 static_cast<double>(budget_.waiting()));
  families.Counter("bellwether_reference_agent_memory_cut_offs_total",
                   "Connections that were closed because others waited for the memory that they "
                   "held without progress.",
                   {{{}, static_cast<double>(budget_.cut_offs())}});
  families.Counter("bellwether_reference_agent_bytes_total",
                   "Bytes of requests and responses, by direction.",
                   {{{{"direction", "in"}}, static_cast<double>(traffic_.bytes_in())},
                    {{{"direction", "out"}}, static_cast<double>(traffic_.bytes_out())}});
  return families.Take();
}

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> ServeMetrics(
    const std::string& address, const std::shared_ptr<AgentMetrics>& metrics) {
  absl::StatusOr<std::unique_ptr<MetricsEndpoint>> endpoint = MetricsEndpoint::Listen(address);
  if (!endpoint.ok()) {
    return absl::UnavailableError(absl::StrCat(
        "-metricsAddress is ", address, ", which cannot be listened on (",
        endpoint.status().message(), "); choose an address of this machine that is not in use"));
  }
  (*endpoint)->Start({metrics, std::make_shared<ProcessCollector>()});
  return endpoint;
}

}  // namespace bellwether
