#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_FAKE_LEADER_SOURCE_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_FAKE_LEADER_SOURCE_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "agentclient/reference_agent/kafka/leader_source.h"
#include "controlplane/base/mutex.h"

namespace bellwether::kafka {

// Returns nodes 7 and 8 in alternation as leaders, unless a test makes it fail or hold its answers
// back. Records the queries. This agent is node 7. Thread-safe.
class FakeLeaderSource final : public LeaderSource {
 public:
  void ResolveLeaders(const LeaderQuery& query, Done done) override {
    LeaderAnswer answer = {"vc", 8, {{7, "h7", 9092}, {8, "host8", 9093}}, {}};
    for (const LeaderQuery::Topic& topic : query.topics) {
      std::vector<int32_t>& leaders = answer.leaders.emplace_back();
      for (int32_t i = 0; i < topic.partition_count; ++i) leaders.push_back(7 + i % 2);
    }
    absl::Status status;
    {
      MutexLock lock(mutex_);
      queries_.push_back(query);
      query_came_.NotifyAll();
      status = status_;
      if (holding_) {
        held_.emplace_back(std::move(done), std::move(answer));
        return;
      }
    }
    if (status.ok()) {
      done(std::move(answer));
    } else {
      done(status);
    }
  }

  std::optional<std::string> PlanZoneOf(const std::string& /*client_id*/,
                                        const std::string& /*client_address*/) const override {
    MutexLock lock(mutex_);
    return plan_zone_;
  }

  BrokerAddress Self() const override { return {7, "h7", 9092}; }
  LeaderAnswer BrokersFor(const LeaderQuery& /*query*/) const override {
    return {"vc", 8, {{7, "h7", 9092}, {8, "host8", 9093}}, {}};
  }

  // Assigns all clients to the plan of that zone; nullopt: to no plan.
  void LeadBy(std::optional<std::string> plan_zone) {
    MutexLock lock(mutex_);
    plan_zone_ = std::move(plan_zone);
  }
  void Fail(absl::Status status) {
    MutexLock lock(mutex_);
    status_ = std::move(status);
  }
  // Holds answers back from now on.
  void Hold() {
    MutexLock lock(mutex_);
    holding_ = true;
  }
  // Gives the answers that were held back, on this thread.
  void Release() {
    std::vector<std::pair<Done, LeaderAnswer>> held;
    {
      MutexLock lock(mutex_);
      holding_ = false;
      held.swap(held_);
    }
    for (auto& [done, answer] : held) done(std::move(answer));
  }
  // Waits until `count` queries have come in all.
  void WaitForQueries(size_t count) {
    MutexLock lock(mutex_);
    while (queries_.size() < count) query_came_.Wait(mutex_);
  }
  std::vector<LeaderQuery> queries() const {
    MutexLock lock(mutex_);
    return queries_;
  }

 private:
  mutable Mutex mutex_;
  CondVar query_came_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  std::optional<std::string> plan_zone_ ABSL_GUARDED_BY(mutex_) = "";
  bool holding_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::pair<Done, LeaderAnswer>> held_ ABSL_GUARDED_BY(mutex_);
  std::vector<LeaderQuery> queries_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_FAKE_LEADER_SOURCE_H_
