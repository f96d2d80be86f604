#ifndef AGENTCLIENT_REFERENCE_AGENT_CONTROL_PLANE_LEADER_SOURCE_H_
#define AGENTCLIENT_REFERENCE_AGENT_CONTROL_PLANE_LEADER_SOURCE_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "agentclient/control_plane_client.h"
#include "agentclient/pool_watcher.h"
#include "agentclient/reference_agent/kafka/leader_source.h"
#include "bellwether/v1/agent.pb.h"
#include "controlplane/assignment/leader_answer.h"
#include "controlplane/base/mutex.h"
#include "controlplane/model/agent.h"

namespace bellwether {

// Where the answer to a client came from.
enum class AnswerSource {
  kView,
  kControlPlane,
  // The control plane was unreachable: from the view, whatever the strategy.
  kViewAlone,
  // There was none.
  kNobody,
};
inline constexpr AnswerSource kAnswerSources[] = {AnswerSource::kView, AnswerSource::kControlPlane,
                                                  AnswerSource::kViewAlone, AnswerSource::kNobody};

// "view", "control_plane" and so on: a metric label. Pure.
absl::string_view AnswerSourceName(AnswerSource source);

// Answers from the agent's view of its pool, and asks the control plane where the view does not say
// which agent leads: then for the leaders alone, since the view has the brokers. While the control
// plane is unreachable all answers come from the view. Once a query has timed out, no client waits
// for the control plane until it has answered one again: Kafka answers the requests of a connection
// in order, so that a slow Metadata request would hold up what the client produces. Thread-safe.
// Must outlive its queries.
class ControlPlaneLeaderSource final : public kafka::LeaderSource {
 public:
  // This agent's node id until it is registered: of no agent.
  static constexpr int32_t kNoBrokerId = std::numeric_limits<int32_t>::max();

  // `client` and `watcher` must outlive it.
  ControlPlaneLeaderSource(ControlPlaneClient& client, PoolWatcher& watcher, std::string agent_id);

  // Says where clients reach this agent: known only once it listens.
  void SetAddress(const HostPort& address);
  // Takes over what a registration gave. Until the first, queries fail with UNAVAILABLE.
  void SetRegistration(const v1::RegisterAgentResponse& registration);

  void ResolveLeaders(const kafka::LeaderQuery& query, Done done) override;
  std::optional<std::string> PlanZoneOf(const std::string& client_id,
                                        const std::string& client_address) const override;
  kafka::BrokerAddress Self() const override;
  kafka::LeaderAnswer BrokersFor(const kafka::LeaderQuery& query) const override;

  // How many answers came from there, since the start.
  uint64_t answers(AnswerSource source) const {
    return answers_[static_cast<size_t>(source)].load(std::memory_order_relaxed);
  }

 private:
  void Count(AnswerSource source) {
    answers_[static_cast<size_t>(source)].fetch_add(1, std::memory_order_relaxed);
  }
  AskingClient ClientOf(const std::string& client_id, const std::string& client_address) const;
  // Answers from the view alone, since asking the control plane ended with `error`. False, and
  // nothing is done, if the error is final or there is no view.
  bool AnswerAlone(const LeaderQuery& asked, const absl::Status& error, const Done& done);
  // Asks the control plane for no topic, unless such a question is under way.
  void AskWhetherItAnswers();
  // Notes whether a question to the control plane timed out.
  void NoteOutcome(const absl::Status& outcome);
  // A request to the control plane that registered this agent.
  v1::ResolveLeadersRequest RequestFor(const LeaderQuery& asked) const;
  // Takes what the control plane answered to `asked`; `listed` are the brokers that the view has.
  void Finish(const LeaderQuery& asked, const kafka::LeaderAnswer& listed,
              const absl::StatusOr<v1::ResolveLeadersResponse>& response, const Done& done);

  ControlPlaneClient& client_;
  PoolWatcher& watcher_;
  const std::string agent_id_;
  std::array<std::atomic<uint64_t>, std::size(kAnswerSources)> answers_ = {};
  // The latest question that ended had timed out, but for connections that broke.
  std::atomic<bool> timed_out_ = false;
  // AskWhetherItAnswers has a question under way.
  std::atomic<bool> asking_ = false;

  mutable Mutex mutex_;
  int32_t broker_id_ ABSL_GUARDED_BY(mutex_) = kNoBrokerId;
  HostPort address_ ABSL_GUARDED_BY(mutex_);
  // Empty until the first registration.
  std::string virtual_cluster_ ABSL_GUARDED_BY(mutex_);
  std::string cluster_uid_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_CONTROL_PLANE_LEADER_SOURCE_H_
