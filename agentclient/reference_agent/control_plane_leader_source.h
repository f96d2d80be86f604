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
  // From the view because the control plane was unreachable, whatever the strategy.
  kViewAlone,
  // There was no answer.
  kNobody,
};
inline constexpr AnswerSource kAnswerSources[] = {AnswerSource::kView, AnswerSource::kControlPlane,
                                                  AnswerSource::kViewAlone, AnswerSource::kNobody};

// "view", "control_plane" and so on: a metric label. Pure.
absl::string_view AnswerSourceName(AnswerSource source);

// Answers from the agent's view of its pool, and asks the control plane if the view does not
// determine the leader: then only for the leaders, since the view has the brokers. While the
// control plane is unreachable all answers come from the view. After a query has timed out, no
// client waits for the control plane until it has answered a query again: Kafka answers the
// requests of a connection in order, so a slow Metadata request would delay the client's Produce
// requests. Thread-safe. Must outlive its queries.
class ControlPlaneLeaderSource final : public kafka::LeaderSource {
 public:
  // This agent's broker id until it is registered; no agent ever has it.
  static constexpr int32_t kNoBrokerId = std::numeric_limits<int32_t>::max();

  // `client` and `watcher` must outlive it.
  ControlPlaneLeaderSource(ControlPlaneClient& client, PoolWatcher& watcher, std::string agent_id);

  // Sets the address at which clients reach this agent, which is known only once it listens.
  void SetAddress(const HostPort& address);
  // Stores the result of a registration. Before the first, queries fail with UNAVAILABLE.
  void SetRegistration(const v1::RegisterAgentResponse& registration);

  void ResolveLeaders(const kafka::LeaderQuery& query, Done done) override;
  std::optional<std::string> PlanZoneOf(const std::string& client_id,
                                        const std::string& client_address) const override;
  kafka::BrokerAddress Self() const override;
  kafka::LeaderAnswer BrokersFor(const kafka::LeaderQuery& query) const override;

  // How many answers have come from `source` since the start.
  uint64_t answers(AnswerSource source) const {
    return answers_[static_cast<size_t>(source)].load(std::memory_order_relaxed);
  }

 private:
  // Whether the control plane answers. Shared with the query of AskWhetherItAnswers, for which the
  // destructor does not wait. Thread-safe.
  struct Silence {
    // Records whether a call to the control plane timed out.
    void NoteOutcome(const absl::Status& outcome);

    // The latest completed call timed out; broken connections do not count.
    std::atomic<bool> timed_out = false;
    // A query of AskWhetherItAnswers is in flight.
    std::atomic<bool> asking = false;
  };

  void Count(AnswerSource source) {
    answers_[static_cast<size_t>(source)].fetch_add(1, std::memory_order_relaxed);
  }
  AskingClient ClientOf(const std::string& client_id, const std::string& client_address) const;
  // Answers from the view because a call to the control plane ended with `error`. Returns false
  // and does nothing if the error is final or there is no view.
  bool AnswerAlone(const LeaderQuery& asked, const absl::Status& error, const Done& done);
  // Sends the control plane a query without topics, unless one is in flight already.
  void AskWhetherItAnswers();
  // A request to the control plane that registered this agent.
  v1::ResolveLeadersRequest RequestFor(const LeaderQuery& asked) const;
  // Completes a query with the control plane's answer to `asked`; `listed` are the brokers from
  // the view.
  void Finish(const LeaderQuery& asked, const kafka::LeaderAnswer& listed,
              const absl::StatusOr<v1::ResolveLeadersResponse>& response, const Done& done);

  ControlPlaneClient& client_;
  PoolWatcher& watcher_;
  const std::string agent_id_;
  std::array<std::atomic<uint64_t>, std::size(kAnswerSources)> answers_ = {};
  const std::shared_ptr<Silence> silence_ = std::make_shared<Silence>();

  mutable Mutex mutex_;
  int32_t broker_id_ ABSL_GUARDED_BY(mutex_) = kNoBrokerId;
  HostPort address_ ABSL_GUARDED_BY(mutex_);
  // Empty until the first registration.
  std::string virtual_cluster_ ABSL_GUARDED_BY(mutex_);
  std::string cluster_uid_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_CONTROL_PLANE_LEADER_SOURCE_H_
