#include "controlplane/assignment/leader_answer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/listed_brokers.h"
#include "controlplane/assignment/plan_lookup.h"
#include "controlplane/assignment/position_set.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

absl::Status InvalidTopic(absl::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument, message,
                   {{"field", "topics"}});
}

absl::Status ValidateTopics(const std::vector<TopicPartitions>& topics) {
  if (topics.size() > kMaxTopicsPerQuery) {
    return LimitExceeded("topics", "the query", topics.size(), kMaxTopicsPerQuery, "topics");
  }
  int64_t partitions = 0;
  for (const TopicPartitions& topic : topics) {
    if (topic.topic.empty()) return InvalidTopic("a topic has no name; set its name or remove it");
    if (topic.topic.size() > kMaxTopicLength) {
      return LimitExceeded("topics", absl::StrCat("topic \"", Excerpt(topic.topic), "\""),
                           topic.topic.size(), kMaxTopicLength, "bytes");
    }
    if (topic.partition_count < 0) {
      return InvalidTopic(absl::StrCat("topic \"", Excerpt(topic.topic),
                                       "\" must have a partition_count of 0 or more (got ",
                                       topic.partition_count, ")"));
    }
    partitions += topic.partition_count;
  }
  if (partitions > kMaxPartitionsPerQuery) {
    return LimitExceeded("topics", "the query", static_cast<size_t>(partitions),
                         static_cast<size_t>(kMaxPartitionsPerQuery), "partitions in total");
  }
  return absl::OkStatus();
}

// The brokers of an answer whose leaders are the agents at `leading` (ascending).
std::vector<uint32_t> BrokersOf(const LeaderQuery& query, const LeaderGrounds& grounds,
                                std::vector<uint32_t> leading) {
  if (query.leaders_only) return leading;
  if (!grounds.listed.has_value()) return grounds.leaders().listed;
  return UnionOf(*grounds.listed, leading);
}

// Each partition's leader by the plan.
void ResolveByPlan(const LeaderQuery& query, const LeaderGrounds& grounds, uint64_t cluster_hash,
                   SpreadWitness witness, LeaderAnswer& answer) {
  const LeaderView& leaders = grounds.leaders();
  const uint64_t client_hash = grounds.client;
  PositionSet leading(leaders.view->agents.size());
  answer.topics.reserve(query.topics.size());
  for (const TopicPartitions& topic : query.topics) {
    const uint64_t topic_hash = StableHash(topic.topic);
    std::vector<uint32_t> found_leaders(static_cast<size_t>(topic.partition_count));
    for (int32_t partition = 0; partition < topic.partition_count; ++partition) {
      const PlanLookup::Answer found =
          leaders.lookup->Find(PartitionHash(cluster_hash, topic_hash, partition), client_hash);
      found_leaders[static_cast<size_t>(partition)] = found.leader;
      leading.Insert(found.leader);
      if (found.spread != PlanLookup::kNotSpread) witness(leaders, found.spread, client_hash);
    }
    answer.topics.push_back({topic.topic, std::move(found_leaders)});
  }
  answer.brokers = BrokersOf(query, grounds, leading.Ascending());
}

// One leader for everything. With a host override it is the only broker, since several broker ids
// must not share a host and port.
void ResolveToOne(const LeaderQuery& query, const LeaderGrounds& grounds, uint32_t picked,
                  LeaderAnswer& answer) {
  answer.brokers = grounds.features.host_override.has_value() ? std::vector<uint32_t>{picked}
                                                              : BrokersOf(query, grounds, {picked});
  answer.topics.reserve(query.topics.size());
  for (const TopicPartitions& topic : query.topics) {
    answer.topics.push_back(
        {topic.topic, std::vector<uint32_t>(static_cast<size_t>(topic.partition_count), picked)});
  }
}

// The fields of an answer that do not depend on the leaders.
LeaderAnswer BeginAnswer(const VirtualCluster& cluster, LeaderGrounds& grounds) {
  LeaderAnswer answer;
  answer.view = grounds.leaders().view;
  answer.virtual_cluster_uid = cluster.uid;
  answer.zone_result = grounds.agents.zone_result;
  answer.plan_zone = grounds.agents.taken.zone.value_or("");
  answer.strategy = grounds.strategy.strategy;
  answer.strategy_source = grounds.strategy.source;
  answer.diagnostics = std::move(grounds.features.diagnostics);
  answer.host_override = grounds.features.host_override.value_or("");
  return answer;
}

}  // namespace

absl::Status LimitExceeded(absl::string_view field, absl::string_view what, size_t is, size_t most,
                           absl::string_view unit) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kLimitExceeded,
                   absl::StrCat(what, " must have at most ", most, " ", unit, " (got ", is, ")"),
                   {{"field", std::string(field)}});
}

absl::Status ValidateAskingClient(const AskingClient& client) {
  if (client.client_id.size() > kMaxClientIdLength) {
    return LimitExceeded("client_id", "client_id", client.client_id.size(), kMaxClientIdLength,
                         "bytes");
  }
  if (client.client_address.size() > kMaxClientAddressLength) {
    return LimitExceeded("client_address", "client_address", client.client_address.size(),
                         kMaxClientAddressLength, "bytes");
  }
  return absl::OkStatus();
}

absl::Status ValidateLeaderQuery(const LeaderQuery& query) {
  RETURN_IF_ERROR(ValidateTopics(query.topics));
  return ValidateAskingClient(query);
}

LeaderAnswer AnswerByPlan(const LeaderQuery& query, const VirtualCluster& cluster,
                          LeaderGrounds grounds, SpreadWitness witness) {
  LeaderAnswer answer = BeginAnswer(cluster, grounds);
  if (grounds.features.host_override.has_value()) {
    ResolveToOne(query, grounds,
                 PreferredAgent(grounds.client, *answer.view, answer.view->candidates), answer);
  } else {
    ResolveByPlan(query, grounds, StableHash(cluster.uid), witness, answer);
  }
  return answer;
}

LeaderAnswer AnswerWithOne(const LeaderQuery& query, const VirtualCluster& cluster,
                           LeaderGrounds grounds, uint32_t picked) {
  LeaderAnswer answer = BeginAnswer(cluster, grounds);
  ResolveToOne(query, grounds, picked, answer);
  return answer;
}

}  // namespace bellwether
