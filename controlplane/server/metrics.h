#ifndef CONTROLPLANE_SERVER_METRICS_H_
#define CONTROLPLANE_SERVER_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "controlplane/discovery/leader_query_observer.h"
#include "controlplane/server/queue_observer.h"
#include "controlplane/service/rpc_method.h"
#include "controlplane/service/rpc_observer.h"
#include "controlplane/store/observed_metadata_store.h"

namespace bellwether {

// The counters and histograms that Prometheus scrapes. No label contains a value that an agent or
// client sent. Every series exists, at 0, from the first scrape: rate() and increase() miss the
// first increment of a counter that appears later. Thread-safe.
class Metrics final : public RpcObserver, public LeaderQueryObserver, public StoreObserver {
 public:
  Metrics();

  void RecordCall(RpcMethod method, absl::StatusCode code, absl::Duration elapsed) override;
  void RecordHeartbeat(absl::Duration lateness) override;
  void RecordAnswer(Strategy strategy, StrategySource source) override;
  void RecordZone(ZoneResult result) override;
  void RecordAgentAnswers(const AnswerTally& tally) override;
  void RecordFailure(const absl::Status& error) override;
  void RecordDiagnostic(DiagnosticKind kind) override;
  void OnCommit(const absl::Status& result, absl::Duration duration) override;
  // Records that the store wrote its log and synced it.
  void RecordSync(absl::Duration duration);

  // Creates the series of the queue `name`, and returns the observer that updates them.
  QueueObserver& AddQueue(const std::string& name);

  // The registry to scrape.
  const std::shared_ptr<prometheus::Registry>& registry() const { return registry_; }

 private:
  static constexpr size_t kCodes = 17;
  static constexpr size_t kMethods = std::size(kRpcMethods);

  // A counter for each canonical code, indexed by its number.
  using CounterByCode = std::array<prometheus::Counter*, kCodes>;
  // `code_label` is the name of the label for the code.
  static CounterByCode AddByCode(prometheus::Family<prometheus::Counter>& family,
                                 const prometheus::Labels& labels, const char* code_label);
  static void Count(const CounterByCode& by_code, absl::StatusCode code);

  class Queue;

  const std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Family<prometheus::Counter>& handled_;
  prometheus::Family<prometheus::Histogram>& handling_seconds_;
  prometheus::Histogram& heartbeat_lateness_;
  prometheus::Family<prometheus::Counter>& leader_queries_;
  prometheus::Family<prometheus::Counter>& zones_;
  prometheus::Family<prometheus::Counter>& client_id_problems_;
  prometheus::Family<prometheus::Counter>& commits_;
  prometheus::Histogram& commit_seconds_;
  prometheus::Histogram& sync_seconds_;
  prometheus::Family<prometheus::Gauge>& queue_waiting_;
  prometheus::Family<prometheus::Histogram>& queue_wait_seconds_;
  prometheus::Family<prometheus::Counter>& queue_refusals_;
  std::vector<std::unique_ptr<QueueObserver>> queues_;
  std::array<CounterByCode, kMethods> handled_by_method_ = {};
  std::array<prometheus::Histogram*, kMethods> seconds_by_method_ = {};
  using AnswerCounters = std::array<std::array<prometheus::Counter*, std::size(kStrategySources)>,
                                    std::size(kStrategies)>;
  AnswerCounters AddAnswerCounters(const char* answered_by);

  AnswerCounters answers_ = {};
  AnswerCounters agent_answers_ = {};
  std::array<prometheus::Counter*, std::size(kZoneResults)> zone_results_ = {};
  CounterByCode failures_ = {};
  prometheus::Counter& group_unavailable_;
  std::array<prometheus::Counter*, std::size(kDiagnosticKinds)> problems_ = {};
  CounterByCode commits_by_code_ = {};
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_METRICS_H_
