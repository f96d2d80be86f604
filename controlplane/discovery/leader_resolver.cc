#include "controlplane/discovery/leader_resolver.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "controlplane/assignment/jump_order.h"
#include "controlplane/assignment/plan_lookup.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/discovery/agent_choice.h"
#include "controlplane/discovery/named_brokers.h"
#include "controlplane/discovery/single_agent_picker.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "controlplane/model/resource_name.h"
#include "controlplane/model/virtual_cluster.h"
#include "controlplane/planning/pool_snapshot.h"

namespace bellwether {
namespace {

absl::Status LimitExceeded(absl::string_view field, absl::string_view what, size_t is, size_t most,
                           absl::string_view unit) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kLimitExceeded,
                   absl::StrCat(what, " has ", is, " ", unit, ": at most ", most),
                   {{"field", std::string(field)}});
}

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

absl::Status Validate(const LeaderQuery& query) {
  if (query.client_id.size() > kMaxClientIdLength) {
    return LimitExceeded("client_id", "client_id", query.client_id.size(), kMaxClientIdLength,
                         "bytes");
  }
  if (query.client_address.size() > kMaxClientAddressLength) {
    return LimitExceeded("client_address", "client_address", query.client_address.size(),
                         kMaxClientAddressLength, "bytes");
  }
  return ValidateTopics(query.topics);
}

absl::Status NoLiveAgent(const VirtualCluster& cluster) {
  const std::string name = FormatVirtualClusterName(cluster.id);
  const std::string pool = FormatAgentPoolName(cluster.agent_pool_id);
  return MakeError(absl::StatusCode::kUnavailable, Reason::kNoLiveAgent,
                   absl::StrCat(pool, ", the pool of ", name,
                                ", has no live agent; start one there and ask again"),
                   {{"agent_pool", pool}, {"virtual_cluster", name}});
}

// Position of the agent in view.agents; nullopt if it is not there.
std::optional<uint32_t> PositionOf(absl::string_view agent_id, const PoolView& view) {
  if (agent_id.empty()) return std::nullopt;
  const auto at =
      std::lower_bound(view.agents.begin(), view.agents.end(), agent_id,
                       [](const std::shared_ptr<const ViewAgent>& agent, absl::string_view wanted) {
                         return agent->registration.spec.agent_id < wanted;
                       });
  if (at == view.agents.end() || (*at)->registration.spec.agent_id != agent_id) return std::nullopt;
  return static_cast<uint32_t>(at - view.agents.begin());
}

void ChooseStrategy(const ClientIdFeatures& features, std::optional<uint32_t> asked,
                    const VirtualCluster& cluster, LeaderAnswer& answer) {
  const std::pair<std::optional<Strategy>, StrategySource> by_precedence[] = {
      {features.strategy, StrategySource::kClientId},
      {asked.has_value() ? answer.view->agents[*asked]->registration.spec.default_strategy
                         : std::nullopt,
       StrategySource::kAgent},
      {cluster.default_strategy, StrategySource::kVirtualCluster},
      {kSystemDefaultStrategy, StrategySource::kSystem},
  };
  for (const auto& [strategy, source] : by_precedence) {
    if (!strategy.has_value()) continue;
    answer.strategy = *strategy;
    answer.strategy_source = source;
    return;
  }
}

// Each partition's leader by the pool's plan. Tells the plan who asks for what it spreads.
void NameHomes(const LeaderQuery& query, const VirtualCluster& cluster,
               const PoolSnapshot& snapshot, MonotonicTime now, LeaderAnswer& answer) {
  const uint64_t cluster_hash = StableHash(cluster.uid);
  const uint64_t client_hash = ClientHash(query.client_id, query.client_address);
  std::vector<bool> is_leader(answer.view->agents.size());
  answer.topics.reserve(query.topics.size());
  for (const TopicPartitions& topic : query.topics) {
    const uint64_t topic_hash = StableHash(topic.topic);
    std::vector<uint32_t> leaders(static_cast<size_t>(topic.partition_count));
    for (int32_t partition = 0; partition < topic.partition_count; ++partition) {
      const PlanLookup::Answer found =
          snapshot.lookup->Find(PartitionHash(cluster_hash, topic_hash, partition), client_hash);
      leaders[static_cast<size_t>(partition)] = found.leader;
      is_leader[found.leader] = true;
      if (found.spread != PlanLookup::kNotSpread) {
        snapshot.clients->Record(found.spread, client_hash, now);
      }
    }
    answer.topics.push_back({topic.topic, std::move(leaders)});
  }
  answer.brokers = NamedBrokers(*answer.view, is_leader, client_hash);
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

// The candidate that the client likes best, at no partition in particular.
uint32_t FavouriteOf(const LeaderQuery& query, const PoolView& view) {
  const uint64_t client_hash = ClientHash(query.client_id, query.client_address);
  return *std::max_element(view.candidates.begin(), view.candidates.end(),
                           [&](uint32_t a, uint32_t b) {
                             return ClientScore(client_hash, 0, view.agents[a]->hash) <
                                    ClientScore(client_hash, 0, view.agents[b]->hash);
                           });
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
  RETURN_IF_ERROR(Validate(query));
  ASSIGN_OR_RETURN(const std::shared_ptr<const VirtualCluster> cluster,
                   catalog_.View()->UsableVirtualCluster(query.virtual_cluster));
  if (cluster->agent_pool_id.empty()) {
    const std::string name = FormatVirtualClusterName(cluster->id);
    return MakeError(
        absl::StatusCode::kFailedPrecondition, Reason::kVirtualClusterHasNoAgentPool,
        absl::StrCat(name, " has no agent pool; bind one to it with UpdateVirtualCluster"),
        {{"virtual_cluster", name}});
  }
  const std::shared_ptr<const PoolSnapshot> pool =
      planners_.Find(cluster->agent_pool_id)->Current();
  if (pool->view->candidates.empty()) return NoLiveAgent(*cluster);

  const MonotonicTime now = clock_.MonotonicNow();
  ClientIdFeatures features = ParseClientId(query.client_id, *pool->known_names);
  const AgentChoice choice = ChooseAgents(pool, *cluster, query.client_address, now, features);
  const std::shared_ptr<const PoolSnapshot>& snapshot = choice.snapshot;
  LeaderAnswer answer;
  answer.view = snapshot->view;
  answer.virtual_cluster_uid = cluster->uid;
  answer.zone_result = choice.zone_result;
  const std::optional<uint32_t> asked = PositionOf(query.agent_id, *snapshot->view);
  ChooseStrategy(features, asked, *cluster, answer);
  answer.diagnostics = std::move(features.diagnostics);
  answer.host_override = features.host_override.value_or("");

  switch (answer.strategy) {
    case Strategy::kConsistentRandomJump:
      if (features.host_override.has_value()) {
        NameOne(query, FavouriteOf(query, *snapshot->view), answer);
      } else {
        NameHomes(query, *cluster, *snapshot, now, answer);
      }
      answer.max_age = std::clamp(pool->valid_until - now, absl::ZeroDuration(), kMaxAnswerAge);
      break;
    case Strategy::kSingleAgent: {
      const std::optional<uint32_t> client_is_at = query.established ? asked : std::nullopt;
      const uint32_t picked =
          PickSingleAgent(*snapshot, client_is_at, cluster->single_agent_sticky, now, random_);
      NameOne(query, picked, answer);
      answer.max_age = absl::ZeroDuration();
      break;
    }
  }
  return answer;
}

}  // namespace bellwether
