#include "controlplane/discovery/leader_explainer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/leader_answer.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/discovery/client_pool.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

absl::Status Invalid(absl::string_view field, absl::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument, message,
                   {{"field", std::string(field)}});
}

absl::Status Validate(const ExplanationQuery& query) {
  if (query.topic.empty()) return Invalid("topic", "topic is empty; set the topic to explain");
  if (query.topic.size() > kMaxTopicLength) {
    return LimitExceeded("topic", "topic", query.topic.size(), kMaxTopicLength, "bytes");
  }
  if (query.partition < 0) {
    return Invalid("partition",
                   absl::StrCat("partition must be 0 or more (got ", query.partition, ")"));
  }
  if (!query.what_if.has_value()) return absl::OkStatus();
  const PoolChange& change = query.what_if->change;
  if (change.gone.size() > kMaxWhatIfAgents) {
    return LimitExceeded("gone_agent_ids", "what_if", change.gone.size(), kMaxWhatIfAgents,
                         "gone_agent_ids");
  }
  if (change.added.size() > kMaxWhatIfAgents) {
    return LimitExceeded("added_agents", "what_if", change.added.size(), kMaxWhatIfAgents,
                         "added_agents");
  }
  return absl::OkStatus();
}

}  // namespace

LeaderExplainer::LeaderExplainer(const Catalog& catalog, PoolPlanners& planners, const Clock& clock,
                                 Random& random)
    : catalog_(catalog), planners_(planners), clock_(clock), random_(random) {}

absl::StatusOr<LeaderExplanation> LeaderExplainer::Explain(const ExplanationQuery& query) const {
  RETURN_IF_ERROR(Validate(query));
  RETURN_IF_ERROR(ValidateAskingClient(query.client));
  ASSIGN_OR_RETURN(const ClientPool pool, FindClientPool(query.client, catalog_, planners_));
  RETURN_IF_ERROR(CheckLiveAgent(pool));
  PoolPlans plans = pool.planner->CopyPlans();
  const FactsQuestion question{query.client,    *pool.cluster,         query.topic,
                               query.partition, clock_.MonotonicNow(), random_.Next64()};
  LeaderExplanation explanation;
  ASSIGN_OR_RETURN(explanation.facts, FindFacts(question, pool.snapshot, plans, std::nullopt));
  explanation.words = InWords(explanation.facts, query.client);
  if (!query.what_if.has_value()) return explanation;

  std::shared_ptr<const PoolSnapshot> after = pool.snapshot;
  if (!query.what_if->change.empty()) {
    ASSIGN_OR_RETURN(after, SnapshotAfter(*pool.snapshot, plans, query.what_if->change));
  }
  HypotheticalAnswer& hypothetical = explanation.what_if.emplace();
  if (!after->view->candidates.empty()) {
    // A group that would have no agent left has no leader either.
    absl::StatusOr<LeaderFacts> facts = FindFacts(question, after, plans, query.what_if->strategy);
    if (facts.ok()) hypothetical.facts = *std::move(facts);
  }
  hypothetical.changes = DifferenceInWords(explanation.facts, hypothetical.facts, query.client);
  return explanation;
}

}  // namespace bellwether
