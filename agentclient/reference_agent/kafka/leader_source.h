#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_LEADER_SOURCE_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_LEADER_SOURCE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace bellwether::kafka {

// An agent's address and broker id, for Kafka clients.
struct BrokerAddress {
  int32_t broker_id = -1;
  std::string host;
  int32_t port = 0;
};

// A client and the topics that it queries.
struct LeaderQuery {
  struct Topic {
    std::string name;
    int32_t partition_count = 0;
  };

  // As the client sent it: any bytes.
  std::string client_id;
  // Without the port.
  std::string client_address;
  // If empty, only the brokers are wanted.
  std::vector<Topic> topics;
  // The client has used this connection before, for data or for an earlier query.
  bool established = false;
};

// The brokers and leaders for a query.
struct LeaderAnswer {
  std::string cluster_id;
  int32_t controller_id = -1;
  // Never empty.
  std::vector<BrokerAddress> brokers;
  // For each topic of the query, in its order: the broker ids that lead partitions 0, 1, 2, ...
  std::vector<std::vector<int32_t>> leaders;
};

// Source of the leader of each partition. Implementations are thread-safe.
class LeaderSource {
 public:
  using Done = std::function<void(absl::StatusOr<LeaderAnswer>)>;

  virtual ~LeaderSource() = default;

  // Calls `done` exactly once, on any thread, possibly before this returns, and always within a
  // bounded time: a server that stops waits for it. After an error clients get the brokers of
  // BrokersFor and no leaders, so that they try again.
  virtual void ResolveLeaders(const LeaderQuery& query, Done done) = 0;

  // The answer to the client without leaders: it lists brokers, at least this agent. Does not
  // block.
  virtual LeaderAnswer BrokersFor(const LeaderQuery& query) const = 0;

  // This agent. Does not block.
  virtual BrokerAddress Self() const = 0;

  // The zone whose plan decides that client's leaders (parameters as in LeaderQuery), empty for the
  // pool's own plan: the client's traffic is counted under it. nullopt if no plan decides. Does not
  // block.
  virtual std::optional<std::string> PlanZoneOf(const std::string& client_id,
                                                const std::string& client_address) const = 0;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_LEADER_SOURCE_H_
