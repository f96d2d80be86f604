#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_TOPICS_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_TOPICS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/uuid.h"

namespace bellwether::kafka {

// A topic that the agent offers.
struct Topic {
  std::string name;
  int32_t partition_count = 0;
  // Derived from the name, so that all agents of a pool have the same id.
  Uuid id;
  // Position in Topics::all().
  size_t index = 0;
};

// Whether Kafka allows this name: 1 to 249 of [a-zA-Z0-9._-], and neither "." nor "..". Pure.
bool IsValidTopicName(absl::string_view name);

// The topics that the agent offers. Immutable, hence thread-safe.
class Topics {
 public:
  // Limit on the partitions of all topics together, which is also the limit of one query to the
  // control plane.
  static constexpr int32_t kMaxPartitions = 100'000;

  // Parses "orders:12,clicks:64": names with their numbers of partitions; "" is no topic. Errors:
  // INVALID_ARGUMENT, naming the wrong part and the correct form.
  static absl::StatusOr<Topics> Parse(absl::string_view text);

  // nullptr if there is none.
  const Topic* Find(absl::string_view name) const;
  const Topic* FindById(const Uuid& id) const;

  // All topics in the order of the text.
  const std::vector<Topic>& all() const { return topics_; }

 private:
  std::vector<Topic> topics_;
  absl::flat_hash_map<std::string, size_t> by_name_;
  absl::flat_hash_map<Uuid, size_t> by_id_;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_TOPICS_H_
