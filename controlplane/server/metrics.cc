#include "controlplane/server/metrics.h"

#include <string>
#include <utility>

#include "controlplane/model/error.h"

namespace bellwether {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildHistogram;
using prometheus::Histogram;

// From a call answered from memory to one that waits for a slow disk.
Histogram::BucketBoundaries CallSeconds() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
          0.05,   0.1,     0.25,   0.5,   1,      2.5,   5,    10};
}

// From the jitter of a network to an agent that was all but dead.
Histogram::BucketBoundaries LatenessSeconds() {
  return {0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25};
}

constexpr char kByControlPlane[] = "control_plane";

// Of queries that fail: most do so before a strategy is found.
prometheus::Labels UnansweredLabels() {
  return {{"strategy", "none"}, {"source", "none"}, {"answered_by", kByControlPlane}};
}

prometheus::Labels WithResult(const char* result) {
  prometheus::Labels labels = UnansweredLabels();
  labels["result"] = result;
  return labels;
}

std::string CodeName(absl::StatusCode code) { return absl::StatusCodeToString(code); }

std::string TypeName(RpcMethod method) {
  switch (method) {
    case RpcMethod::kStreamHeartbeats:
      return "bidi_stream";
    case RpcMethod::kWatchPool:
      return "server_stream";
    default:
      return "unary";
  }
}

prometheus::Labels MethodLabels(const RpcMethodTraits& method) {
  return {{"grpc_service", std::string(method.service)},
          {"grpc_method", std::string(method.name)},
          {"grpc_type", TypeName(method.method)}};
}

}  // namespace

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>()),
      handled_(BuildCounter()
                   .Name("grpc_server_handled_total")
                   .Help("Calls that have ended, by service, method and code.")
                   .Register(*registry_)),
      handling_seconds_(BuildHistogram()
                            .Name("grpc_server_handling_seconds")
                            .Help("Time from a call's arrival to its end; of a stream, its life.")
                            .Register(*registry_)),
      heartbeat_lateness_(BuildHistogram()
                              .Name("bellwether_heartbeat_lateness_seconds")
                              .Help("Time from when a heartbeat was due to its arrival.")
                              .Register(*registry_)
                              .Add({}, LatenessSeconds())),
      leader_queries_(
          BuildCounter()
              .Name("bellwether_leader_queries_total")
              .Help("Leader queries by strategy, who chose it, who answered, and result.")
              .Register(*registry_)),
      zones_(BuildCounter()
                 .Name("bellwether_leader_query_zones_total")
                 .Help("Answered leader queries by what became of the client's zone.")
                 .Register(*registry_)),
      client_id_problems_(BuildCounter()
                              .Name("bellwether_client_id_problems_total")
                              .Help("Mistakes in client ids of leader queries, by kind.")
                              .Register(*registry_)),
      commits_(BuildCounter()
                   .Name("bellwether_store_commits_total")
                   .Help("Commits to the metadata store, by result.")
                   .Register(*registry_)),
      commit_seconds_(BuildHistogram()
                          .Name("bellwether_store_commit_seconds")
                          .Help("Time of a commit, waiting for others and syncing included.")
                          .Register(*registry_)
                          .Add({}, CallSeconds())),
      sync_seconds_(
          BuildHistogram()
              .Name("bellwether_store_sync_seconds")
              .Help("Time of a write of the store's log and its sync, for all commits that "
                    "waited for it.")
              .Register(*registry_)
              .Add({}, CallSeconds())),
      queue_waiting_(prometheus::BuildGauge()
                         .Name("bellwether_queue_waiting")
                         .Help("Calls that wait in a queue, by queue.")
                         .Register(*registry_)),
      queue_wait_seconds_(BuildHistogram()
                              .Name("bellwether_queue_wait_seconds")
                              .Help("Time that a call waited in its queue, by queue.")
                              .Register(*registry_)),
      queue_refusals_(BuildCounter()
                          .Name("bellwether_queue_refusals_total")
                          .Help("Calls that were refused because their queue was full, by queue.")
                          .Register(*registry_)),
      group_unavailable_(leader_queries_.Add(WithResult("AGENT_GROUP_UNAVAILABLE"))) {
  for (size_t i = 0; i < kMethods; ++i) {
    const prometheus::Labels labels = MethodLabels(kRpcMethods[i]);
    handled_by_method_[i] = AddByCode(handled_, labels, "grpc_code");
    seconds_by_method_[i] = &handling_seconds_.Add(labels, CallSeconds());
  }
  failures_ = AddByCode(leader_queries_, UnansweredLabels(), "result");
  commits_by_code_ = AddByCode(commits_, {}, "result");
  answers_ = AddAnswerCounters(kByControlPlane);
  agent_answers_ = AddAnswerCounters("agent");
  for (const ZoneResult result : kZoneResults) {
    zone_results_[static_cast<size_t>(result)] =
        &zones_.Add({{"result", std::string(ZoneResultName(result))}});
  }
  for (const DiagnosticKind kind : kDiagnosticKinds) {
    problems_[static_cast<size_t>(kind)] =
        &client_id_problems_.Add({{"kind", std::string(DiagnosticKindName(kind))}});
  }
}

// The series of one queue.
class Metrics::Queue final : public QueueObserver {
 public:
  Queue(prometheus::Gauge& waiting, prometheus::Histogram& wait_seconds,
        prometheus::Counter& refusals)
      : waiting_(waiting), wait_seconds_(wait_seconds), refusals_(refusals) {}

  void OnQueued() override { waiting_.Increment(); }
  void OnStarted(absl::Duration waited) override {
    waiting_.Decrement();
    wait_seconds_.Observe(absl::ToDoubleSeconds(waited));
  }
  void OnRefused() override {
    waiting_.Decrement();
    refusals_.Increment();
  }

 private:
  prometheus::Gauge& waiting_;
  prometheus::Histogram& wait_seconds_;
  prometheus::Counter& refusals_;
};

QueueObserver& Metrics::AddQueue(const std::string& name) {
  const prometheus::Labels labels = {{"queue", name}};
  queues_.push_back(std::make_unique<Queue>(queue_waiting_.Add(labels),
                                            queue_wait_seconds_.Add(labels, CallSeconds()),
                                            queue_refusals_.Add(labels)));
  return *queues_.back();
}

Metrics::AnswerCounters Metrics::AddAnswerCounters(const char* answered_by) {
  AnswerCounters counters = {};
  for (const Strategy strategy : kStrategies) {
    for (const StrategySource source : kStrategySources) {
      counters[static_cast<size_t>(strategy)][static_cast<size_t>(source)] =
          &leader_queries_.Add({{"strategy", std::string(StrategyName(strategy))},
                                {"source", std::string(StrategySourceName(source))},
                                {"answered_by", answered_by},
                                {"result", CodeName(absl::StatusCode::kOk)}});
    }
  }
  return counters;
}

Metrics::CounterByCode Metrics::AddByCode(prometheus::Family<prometheus::Counter>& family,
                                          const prometheus::Labels& labels,
                                          const char* code_label) {
  CounterByCode by_code = {};
  for (size_t code = 0; code < kCodes; ++code) {
    prometheus::Labels all_labels = labels;
    all_labels[code_label] = CodeName(static_cast<absl::StatusCode>(code));
    by_code[code] = &family.Add(all_labels);
  }
  return by_code;
}

void Metrics::Count(const CounterByCode& by_code, absl::StatusCode code) {
  const size_t index = static_cast<size_t>(code);
  if (index < kCodes) by_code[index]->Increment();
}

void Metrics::RecordCall(RpcMethod method, absl::StatusCode code, absl::Duration elapsed) {
  const size_t index = static_cast<size_t>(method);
  Count(handled_by_method_[index], code);
  seconds_by_method_[index]->Observe(absl::ToDoubleSeconds(elapsed));
}

void Metrics::RecordHeartbeat(absl::Duration lateness) {
  heartbeat_lateness_.Observe(absl::ToDoubleSeconds(lateness));
}

void Metrics::RecordAnswer(Strategy strategy, StrategySource source) {
  answers_[static_cast<size_t>(strategy)][static_cast<size_t>(source)]->Increment();
}

void Metrics::RecordZone(ZoneResult result) {
  zone_results_[static_cast<size_t>(result)]->Increment();
}

void Metrics::RecordAgentAnswers(const AnswerTally& tally) {
  for (const Strategy strategy : kStrategies) {
    for (const StrategySource source : kStrategySources) {
      const auto i = static_cast<size_t>(strategy);
      const auto j = static_cast<size_t>(source);
      agent_answers_[i][j]->Increment(static_cast<double>(tally.answers[i][j]));
    }
  }
  for (size_t i = 0; i < tally.zones.size(); ++i) {
    zone_results_[i]->Increment(static_cast<double>(tally.zones[i]));
  }
  for (size_t i = 0; i < tally.diagnostics.size(); ++i) {
    problems_[i]->Increment(static_cast<double>(tally.diagnostics[i]));
  }
}

void Metrics::RecordFailure(const absl::Status& error) {
  // That is for the owner of the client, not for the operator of the control plane.
  if (GetReason(error) == Reason::kAgentGroupUnavailable) return group_unavailable_.Increment();
  Count(failures_, error.code());
}

void Metrics::RecordDiagnostic(DiagnosticKind kind) {
  problems_[static_cast<size_t>(kind)]->Increment();
}

void Metrics::RecordSync(absl::Duration duration) {
  sync_seconds_.Observe(absl::ToDoubleSeconds(duration));
}

void Metrics::OnCommit(const absl::Status& result, absl::Duration duration) {
  Count(commits_by_code_, result.code());
  commit_seconds_.Observe(absl::ToDoubleSeconds(duration));
}

}  // namespace bellwether
