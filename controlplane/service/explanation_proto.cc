#include "controlplane/service/explanation_proto.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

absl::StatusOr<AgentSpec> SpecFromProto(const v1::HypotheticalAgent& proto) {
  AgentSpec spec;
  spec.agent_id = proto.agent_id();
  spec.zone = proto.zone();
  spec.agent_group = proto.agent_group();
  if (proto.weight() != 0) spec.weight = proto.weight();
  for (const std::string& name : proto.roles()) {
    const std::optional<AgentRole> role = FindAgentRole(name);
    if (!role.has_value()) {
      return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                       absl::StrCat("roles has \"", Excerpt(name),
                                    "\"; the roles are proxy-produce and proxy-consume"),
                       {{"field", "roles"}});
    }
    spec.roles.push_back(*role);
  }
  // A hypothetical agent without process and address, which is never returned to a client.
  spec.boot_id = "what-if";
  spec.address = {"what-if.invalid", 9092};
  return spec;
}

template <typename T, typename Name>
std::string NameOr(const std::optional<T>& value, Name name) {
  return value.has_value() ? std::string(name(*value)) : "";
}

v1::LeaderFacts::Reason ReasonToProto(LeaderReason reason) {
  switch (reason) {
    case LeaderReason::kPreferredLeader:
      return v1::LeaderFacts::REASON_PREFERRED_LEADER;
    case LeaderReason::kMoved:
      return v1::LeaderFacts::REASON_MOVED;
    case LeaderReason::kSpread:
      return v1::LeaderFacts::REASON_SPREAD;
    case LeaderReason::kAssigned:
      return v1::LeaderFacts::REASON_ASSIGNED;
    case LeaderReason::kFallback:
      return v1::LeaderFacts::REASON_FALLBACK;
    case LeaderReason::kHostOverride:
      return v1::LeaderFacts::REASON_HOST_OVERRIDE;
    case LeaderReason::kLessLoaded:
      return v1::LeaderFacts::REASON_LESS_LOADED;
    case LeaderReason::kStays:
      return v1::LeaderFacts::REASON_STAYS;
  }
  return v1::LeaderFacts::REASON_UNSPECIFIED;
}

v1::ExplainLeaderResponse::ZoneResult ZoneToProto(ZoneResult result) {
  switch (result) {
    case ZoneResult::kHit:
      return v1::ExplainLeaderResponse::ZONE_RESULT_HIT;
    case ZoneResult::kMiss:
      return v1::ExplainLeaderResponse::ZONE_RESULT_MISS;
    case ZoneResult::kUnknown:
      return v1::ExplainLeaderResponse::ZONE_RESULT_UNKNOWN;
  }
  return v1::ExplainLeaderResponse::ZONE_RESULT_UNSPECIFIED;
}

v1::LeaderFacts FactsToProto(const LeaderFacts& facts) {
  v1::LeaderFacts proto;
  proto.set_leader_agent_id(facts.leader);
  proto.set_reason(ReasonToProto(facts.reason));
  proto.set_preferred_agent_id(facts.preferred);
  v1::PartitionPlan& plan = *proto.mutable_partition_plan();
  plan.set_round(facts.plan.round);
  plan.set_zone(facts.plan.zone);
  plan.set_leader_count(static_cast<int32_t>(facts.plan.leaders.size()));
  const size_t shown = std::min(facts.plan.leaders.size(), kMaxExplainedAgents);
  for (size_t i = 0; i < shown; ++i) plan.add_leader_agent_ids(facts.plan.leaders[i]);
  if (facts.plan.since_round.has_value()) {
    plan.set_since_round(*facts.plan.since_round);
    plan.set_cause(std::string(MoveCauseName(facts.plan.cause)));
  }
  plan.set_unsplittable(facts.plan.unsplittable_since_round.has_value());
  plan.set_bytes_per_second(facts.plan.bytes_per_second.value_or(0));
  if (facts.single_agent.has_value()) {
    v1::SingleAgentChoice& choice = *proto.mutable_single_agent();
    for (const std::string& id : facts.drawn) choice.add_drawn_agent_ids(id);
    choice.set_sticky(facts.sticky);
    choice.set_stays(facts.single_agent->stays);
    choice.set_client_load(facts.single_agent->arrival);
  }
  return proto;
}

v1::ExplainedAgent AgentToProto(const ExplainedAgent& explained) {
  const AgentSpec& spec = explained.agent->registration.spec;
  v1::ExplainedAgent proto;
  proto.set_agent_id(spec.agent_id);
  proto.set_state(std::string(AgentStateName(explained.agent->state)));
  proto.set_zone(spec.zone);
  proto.set_agent_group(spec.agent_group);
  for (const AgentRole role : spec.roles) proto.add_roles(std::string(AgentRoleName(role)));
  proto.set_weight(spec.weight);
  proto.set_candidate(explained.candidate);
  proto.set_considered(explained.considered);
  proto.set_fits_group_and_role(explained.fits_group_and_role);
  proto.set_fits_zone(explained.fits_zone);
  proto.set_rank(static_cast<int32_t>(explained.rank));
  if (explained.reported_utilization.has_value()) {
    proto.set_reported_utilization(*explained.reported_utilization);
  }
  proto.set_pending_utilization(explained.pending_utilization);
  if (explained.estimate.has_value()) {
    v1::LoadEstimate& estimate = *proto.mutable_estimate();
    estimate.set_utilization(explained.estimate->utilization);
    estimate.set_connections(explained.estimate->connections);
    estimate.set_hot(explained.estimate->hot);
    estimate.set_slow_start_full(explained.estimate->slow_start_full);
  }
  if (explained.assigned_bytes_per_second.has_value()) {
    proto.set_assigned_bytes_per_second(*explained.assigned_bytes_per_second);
  }
  return proto;
}

void FillGrounds(const LeaderGrounds& grounds, v1::ExplainLeaderResponse& proto) {
  proto.set_strategy(std::string(StrategyName(grounds.strategy.strategy)));
  proto.set_strategy_source(ToProto(grounds.strategy.source));
  v1::StrategyWishes& wishes = *proto.mutable_strategy_wishes();
  wishes.set_client_id(NameOr(grounds.wishes.client_id, StrategyName));
  wishes.set_agent(NameOr(grounds.wishes.agent, StrategyName));
  wishes.set_virtual_cluster(NameOr(grounds.wishes.virtual_cluster, StrategyName));
  v1::ClientFeatures& features = *proto.mutable_client_features();
  features.set_strategy(NameOr(grounds.features.strategy, StrategyName));
  features.set_zone(grounds.features.zone.value_or(""));
  features.set_role(NameOr(grounds.features.role, AgentRoleName));
  features.set_agent_group(grounds.features.agent_group.value_or(""));
  features.set_host_override(grounds.features.host_override.value_or(""));
  for (const Diagnostic& diagnostic : grounds.features.diagnostics) {
    *proto.add_diagnostics() = ToProto(diagnostic);
  }
  proto.set_zone(grounds.agents.zone.value_or(""));
  proto.set_zone_result(ZoneToProto(grounds.agents.zone_result));
  proto.set_view_version(grounds.leaders().view->version);
}

}  // namespace

absl::StatusOr<ExplanationQuery> FromProto(const v1::ExplainLeaderRequest& request) {
  ExplanationQuery query;
  query.client.virtual_cluster = request.virtual_cluster();
  query.client.agent_id = request.agent_id();
  query.client.client_id = request.client_id();
  query.client.client_address = request.client_address();
  query.client.established = request.established();
  query.topic = request.topic();
  query.partition = request.partition();
  if (!request.has_what_if()) return query;
  WhatIf& what_if = query.what_if.emplace();
  what_if.change.gone.assign(request.what_if().gone_agent_ids().begin(),
                             request.what_if().gone_agent_ids().end());
  for (const v1::HypotheticalAgent& agent : request.what_if().added_agents()) {
    ASSIGN_OR_RETURN(AgentSpec spec, SpecFromProto(agent));
    what_if.change.added.push_back(std::move(spec));
  }
  ASSIGN_OR_RETURN(what_if.strategy,
                   ParseStrategy("what_if.strategy", request.what_if().strategy()));
  return query;
}

v1::ExplainLeaderResponse ToProto(const LeaderExplanation& explanation) {
  const LeaderFacts& facts = explanation.facts;
  v1::ExplainLeaderResponse proto;
  proto.set_summary(explanation.words.summary);
  proto.set_why_this_leader(explanation.words.why_this_leader);
  proto.set_why_not_preferred_leader(explanation.words.why_not_preferred_leader);
  proto.set_why_this_strategy(explanation.words.why_this_strategy);
  proto.set_why_this_zone(explanation.words.why_this_zone);
  proto.set_why_these_agents(explanation.words.why_these_agents);
  *proto.mutable_facts() = FactsToProto(facts);
  FillGrounds(facts.grounds, proto);
  for (const ExplainedAgent& explained : facts.agents)
    *proto.add_agents() = AgentToProto(explained);
  proto.set_agents_left_out(static_cast<int32_t>(facts.agents_left_out));
  proto.set_candidate_count(static_cast<int32_t>(facts.candidates));
  proto.set_considered_count(static_cast<int32_t>(facts.considered));
  if (!explanation.what_if.has_value()) return proto;
  v1::WhatIfAnswer& answer = *proto.mutable_what_if();
  *answer.mutable_facts() = explanation.what_if->facts.has_value()
                                ? FactsToProto(*explanation.what_if->facts)
                                : v1::LeaderFacts();
  for (const std::string& change : explanation.what_if->changes) answer.add_changes(change);
  return proto;
}

v1::ResolveLeadersResponse::StrategySource ToProto(StrategySource source) {
  switch (source) {
    case StrategySource::kClientId:
      return v1::ResolveLeadersResponse::STRATEGY_SOURCE_CLIENT_ID;
    case StrategySource::kAgent:
      return v1::ResolveLeadersResponse::STRATEGY_SOURCE_AGENT;
    case StrategySource::kVirtualCluster:
      return v1::ResolveLeadersResponse::STRATEGY_SOURCE_VIRTUAL_CLUSTER;
    case StrategySource::kSystem:
      return v1::ResolveLeadersResponse::STRATEGY_SOURCE_SYSTEM;
  }
  return v1::ResolveLeadersResponse::STRATEGY_SOURCE_UNSPECIFIED;
}

v1::Diagnostic ToProto(const Diagnostic& diagnostic) {
  v1::Diagnostic proto;
  proto.set_kind(std::string(DiagnosticKindName(diagnostic.kind)));
  proto.set_feature(diagnostic.feature);
  proto.set_message(diagnostic.message);
  return proto;
}

absl::Status Explain(const LeaderExplainer& explainer, const v1::ExplainLeaderRequest& request,
                     v1::ExplainLeaderResponse& response) {
  ASSIGN_OR_RETURN(const ExplanationQuery query, FromProto(request));
  ASSIGN_OR_RETURN(const LeaderExplanation explanation, explainer.Explain(query));
  response = ToProto(explanation);
  return absl::OkStatus();
}

}  // namespace bellwether
