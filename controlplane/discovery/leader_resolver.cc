#include "controlplane/discovery/leader_resolver.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "controlplane/assignment/jump_order.h"
#include "controlplane/assignment/plan_lookup.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/discovery/leader_grounds.h"
#include "controlplane/discovery/named_brokers.h"
#include "controlplane/discovery/single_agent_picker.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "controlplane/model/virtual_cluster.h"
#include "controlplane/planning/pool_snapshot.h"

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
    if (topic.topic.empty()) return InvalidTopic("a topic has no name; leave it out or name it");
    if (topic.topic.size() > kMaxTopicLength) {
      return LimitExceeded("topics", absl::StrCat("topic \"", Excerpt(topic.topic), "\""),
                           topic.topic.size(), kMaxTopicLength, "bytes");
    }
    if (topic.partition_count < 0) {
      return InvalidTopic(absl::StrCat("topic \"", Excerpt(topic.topic),
                                       "\" has a partition_count of ", topic.partition_count,
                                       "; give 0 or more"));
    }
    partitions += topic.partition_count;
  }
  if (partitions > kMaxPartitionsPerQuery) {
    return LimitExceeded("topics", "the query", static_cast<size_t>(partitions),
                         static_cast<size_t>(kMaxPartitionsPerQuery),
                         "partitions; ask for fewer topics at a time");
  }
  return absl::OkStatus();
}

// Each partition's leader by the pool's plan. Tells the plan who asks for what it spreads.
void NameHomes(const LeaderQuery& query, const VirtualCluster& cluster,
               const PoolSnapshot& snapshot, MonotonicTime now, LeaderAnswer& answer) {
  const uint64_t cluster_hash = StableHash(cluster.uid);
  const uint64_t client_hash = ClientHash(query.client_id, query.client_address);
  PositionSet named(answer.view->agents.size());
  answer.topics.reserve(query.topics.size());
  for (const TopicPartitions& topic : query.topics) {
    const uint64_t topic_hash = StableHash(topic.topic);
    std::vector<uint32_t> leaders(static_cast<size_t>(topic.partition_count));
    for (int32_t partition = 0; partition < topic.partition_count; ++partition) {
      const PlanLookup::Answer found =
          snapshot.lookup->Find(PartitionHash(cluster_hash, topic_hash, partition), client_hash);
      leaders[static_cast<size_t>(partition)] = found.leader;
      named.Insert(found.leader);
      if (found.spread != PlanLookup::kNotSpread) {
        snapshot.clients->Record(found.spread, client_hash, now);
      }
    }
    answer.topics.push_back({topic.topic, std::move(leaders)});
  }
  answer.brokers = NamedBrokers(*answer.view, named, client_hash);
}

// One leader for everything.
void NameOne(const LeaderQuery& query, uint32_t picked, LeaderAnswer& answer) {
  answer.brokers = {picked};
  answer.topics.reserve(query.topics.size());
  for (const TopicPartitions& topic : query.topics) {
    answer.topics.push_back(
        {topic.topic, std::vector<uint32_t>(static_cast<size_t>(topic.partition_count), picked)});
  }
}

}  // namespace

LeaderResolver::LeaderResolver(const Catalog& catalog, PoolPlanners& planners, const Clock& clock,
                               Random& random, LeaderQueryObserver& observer)
    : catalog_(catalog), planners_(planners), clock_(clock), random_(random), observer_(observer) {}

absl::StatusOr<LeaderAnswer> LeaderResolver::Resolve(const LeaderQuery& query) const {
  absl::StatusOr<LeaderAnswer> answer = Answer(query);
  if (!answer.ok()) {
    observer_.RecordFailure(answer.status().code());
    return answer;
  }
  observer_.RecordAnswer(answer->strategy, answer->strategy_source);
  observer_.RecordZone(answer->zone_result);
  for (const Diagnostic& diagnostic : answer->diagnostics) {
    observer_.RecordDiagnostic(diagnostic.kind);
  }
  return answer;
}

absl::StatusOr<LeaderAnswer> LeaderResolver::Answer(const LeaderQuery& query) const {
  RETURN_IF_ERROR(ValidateTopics(query.topics));
  ASSIGN_OR_RETURN(const ClientPool pool, FindClientPool(query, catalog_, planners_));
  const MonotonicTime now = clock_.MonotonicNow();
  LeaderGrounds grounds = FindGrounds(query, *pool.cluster, pool.snapshot, now);
  const PoolSnapshot& snapshot = grounds.snapshot();
  LeaderAnswer answer;
  answer.view = snapshot.view;
  answer.virtual_cluster_uid = pool.cluster->uid;
  answer.zone_result = grounds.agents.zone_result;
  answer.strategy = grounds.strategy.strategy;
  answer.strategy_source = grounds.strategy.source;
  answer.diagnostics = std::move(grounds.features.diagnostics);
  answer.host_override = grounds.features.host_override.value_or("");

  switch (answer.strategy) {
    case Strategy::kConsistentRandomJump:
      if (grounds.features.host_override.has_value()) {
        const uint64_t client_hash = ClientHash(query.client_id, query.client_address);
        NameOne(query, FavouriteOf(client_hash, *snapshot.view), answer);
      } else {
        NameHomes(query, *pool.cluster, snapshot, now, answer);
      }
      answer.max_age =
          std::clamp(pool.snapshot->valid_until - now, absl::ZeroDuration(), kMaxAnswerAge);
      break;
    case Strategy::kSingleAgent:
      NameOne(query,
              PickSingleAgent(snapshot, grounds.client_is_at(query),
                              pool.cluster->single_agent_sticky, now, random_),
              answer);
      answer.max_age = absl::ZeroDuration();
      break;
  }
  return answer;
}

}  // namespace bellwether
