#include "controlplane/discovery/explanation_words.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

std::string Percent(double share) { return absl::StrCat(std::round(share * 1'000) / 10, " %"); }

absl::string_view InWords(MoveCause cause) {
  switch (cause) {
    case MoveCause::kStayed:
      return "its preferred leader joined later and has had no room for it yet";
    case MoveCause::kSpread:
      return "it is hot: its load is too much for one agent";
    case MoveCause::kConsolidated:
      return "it is no longer hot, so the plan consolidated it";
    case MoveCause::kRebalanced:
      return "the agent that led it was overloaded";
    case MoveCause::kReturnedToPreferredLeader:
      return "it is returning to its preferred leader";
    case MoveCause::kJoined:
      return "that agent joined and got its share of the load";
    case MoveCause::kLeft:
      return "the agent that led it left";
    case MoveCause::kTakenOver:
      return "another agent has taken it over while its leader restarts";
    case MoveCause::kTakeoverEnded:
      return "the takeover ended: its leader is back";
    case MoveCause::kReweighed:
      return "the weight of an agent changed";
    case MoveCause::kUnsplittable:
      return "a single client causes its load, so the plan consolidated it on one agent";
  }
  return "the plan changed";
}

// "since balancing round 12, 3 rounds ago".
std::string SinceInWords(const PartitionPlan& plan) {
  const uint32_t since = plan.since_round.value_or(0);
  if (since == 0) return "since it was first seen";
  return absl::StrCat("since balancing round ", since, ", ",
                      plan.round - std::min(since, plan.round), " rounds ago");
}

// Why the agent cannot be returned to the client.
std::string WhyNotNamed(const LeaderFacts& facts, absl::string_view agent_id) {
  const ExplainedAgent* explained = facts.FindAgent(agent_id);
  if (agent_id.empty() || explained == nullptr) return "it is no longer in the pool";
  if (!explained->candidate) {
    switch (explained->agent->state) {
      case AgentState::kSuspect:
        return "it is SUSPECT: it missed its last heartbeats; check whether it hangs or its "
               "network is down";
      case AgentState::kDead:
        return "it is DEAD: it has sent no heartbeat for a long time; restart it";
      case AgentState::kDraining:
        return "it is DRAINING: an admin drained it, or it is leaving or restarting; UndrainAgent "
               "ends a drain";
      case AgentState::kJoining:
        return "it is JOINING: it registered recently and leads partitions once its slow start is "
               "over";
      case AgentState::kActive:
        break;
    }
    return "it is not a candidate";
  }
  if (!explained->fits_group_and_role) {
    return "it does not have the agent group or the role that the client id asks for";
  }
  if (!explained->fits_zone) {
    return absl::StrCat("it is in zone \"", explained->agent->registration.spec.zone,
                        "\", and the client is in \"", facts.grounds.agents.zone.value_or(""),
                        "\"");
  }
  return "it is not one of the agents of this client";
}

std::string PlannedLeaders(const PartitionPlan& plan) {
  std::vector<std::string> shown;
  for (const std::string& id : plan.leaders) {
    if (shown.size() == kMaxExplainedAgents) break;
    shown.push_back(id.empty() ? "an agent that left" : id);
  }
  const size_t left_out = plan.leaders.size() - shown.size();
  return absl::StrCat(absl::StrJoin(shown, ", "),
                      left_out == 0 ? "" : absl::StrCat(" and ", left_out, " more"));
}

std::string WhyFallback(const LeaderFacts& facts) {
  const PartitionPlan& plan = facts.plan;
  if (plan.leaders.empty() && facts.preferred.empty()) {
    return absl::StrCat("The plan has no candidate yet; ", facts.leader,
                        " is the first candidate in the preference list of ", facts.partition_name,
                        ".");
  }
  const std::string& absent = plan.leaders.empty() ? facts.preferred : plan.leaders.front();
  const std::string next =
      absl::StrCat(facts.leader, " is the next agent in the preference list of ",
                   facts.partition_name, " that can be returned to this client.");
  if (plan.leaders.size() > 1) {
    return absl::StrCat("The plan spreads the partition over ", PlannedLeaders(plan),
                        ", none of which can be returned to this client now (the first: ",
                        WhyNotNamed(facts, absent), "). ", next);
  }
  return absl::StrCat(
      facts.leader, " is the fallback for ", absent.empty() ? "an agent that left" : absent,
      plan.leaders.empty() ? ", the preferred leader" : ", to which the plan moved the partition",
      ", which cannot be returned to this client: ", WhyNotNamed(facts, absent), ". ", next);
}

std::string EstimateInWords(const LoadEstimate& estimate) {
  return absl::StrCat(
      "(estimate ", Percent(estimate.utilization), " busy, ", estimate.connections, " connections",
      estimate.hot ? ", HOT: far more requests in flight than others" : "",
      estimate.slow_start_full ? ", in slow start: has reached its current limit" : "", ")");
}

// The difference that decided for the picked agent.
absl::string_view WhatDecided(const LoadEstimate& picked, const LoadEstimate& other) {
  if (picked.hot != other.hot) return "is not hot";
  if (picked.slow_start_full != other.slow_start_full)
    return "has not reached the limit of a slow start";
  if (picked.utilization != other.utilization) return "has the lower estimate";
  if (picked.connections != other.connections) return "has fewer connections";
  return "was selected at random because both are equal";
}

std::string WhyOfTwo(const LeaderFacts& facts) {
  const SingleAgentChoice& choice = *facts.single_agent;
  constexpr absl::string_view kFresh =
      " Each answer is a new choice, so the next one may differ; this explanation does not count "
      "as pending load.";
  if (choice.first == choice.second && !choice.stays) {
    return absl::StrCat(facts.leader, " is the only agent that can be returned to this client.",
                        kFresh);
  }
  const std::string drawn =
      absl::StrCat("Drawn at random: ", facts.drawn[0], " ", EstimateInWords(choice.first_estimate),
                   " and ", facts.drawn[1], " ", EstimateInWords(choice.second_estimate));
  if (choice.stays) {
    return absl::StrCat("The client is connected to ", facts.leader,
                        " and stays there: its virtual cluster has single_agent_sticky, and no "
                        "other agent is better by more than a tenth. ",
                        drawn, ".", kFresh);
  }
  const bool is_first = choice.picked == choice.first;
  return absl::StrCat(drawn, ". ", facts.leader, " ",
                      is_first ? WhatDecided(choice.first_estimate, choice.second_estimate)
                               : WhatDecided(choice.second_estimate, choice.first_estimate),
                      ".",
                      facts.sticky
                          ? " The virtual cluster has single_agent_sticky, but the client is not "
                            "established, or its agent is busier by more than a tenth, is hot, or "
                            "cannot be returned."
                          : "",
                      kFresh);
}

std::string WhyThisLeader(const LeaderFacts& facts) {
  const PartitionPlan& plan = facts.plan;
  switch (facts.reason) {
    case LeaderReason::kPreferredLeader:
      return absl::StrCat(facts.leader, " is the preferred leader of ", facts.partition_name,
                          ": the first of the plan's agents in the partition's preference list.");
    case LeaderReason::kMoved:
      return absl::StrCat("The plan moved ", facts.partition_name, " to ", facts.leader,
                          ", which has led it ", SinceInWords(plan), ", because ",
                          InWords(plan.cause), ".");
    case LeaderReason::kSpread:
      return absl::StrCat(
          "The plan has spread ", facts.partition_name, " over ", plan.leaders.size(), " agents ",
          SinceInWords(plan), ", because ", InWords(plan.cause), ": ", PlannedLeaders(plan),
          ". Among the candidates, the hash of the client's id and address selects ", facts.leader,
          ".");
    case LeaderReason::kAssigned:
      return absl::StrCat("The plan has spread ", facts.partition_name, " over ",
                          plan.leaders.size(), " agents ", SinceInWords(plan), ", because ",
                          InWords(plan.cause), ": ", PlannedLeaders(plan),
                          ". It has few clients, so the plan assigns them "
                          "evenly, and this client is assigned to ",
                          facts.leader, ".");
    case LeaderReason::kFallback:
      return WhyFallback(facts);
    case LeaderReason::kHostOverride:
      return absl::StrCat(
          "The client id has ws_host_override, so one broker leads all partitions: the hash "
          "of the client's id and address selects ",
          facts.leader, ".");
    case LeaderReason::kLessLoaded:
    case LeaderReason::kStays:
      return WhyOfTwo(facts);
  }
  return "";
}

std::string WhyNotPreferredLeader(const LeaderFacts& facts) {
  if (facts.grounds.strategy.strategy == Strategy::kSingleAgent) {
    return "Under single_agent no partition has a preferred leader: one agent leads all partitions "
           "for a client.";
  }
  if (facts.reason == LeaderReason::kHostOverride) {
    return "With ws_host_override preferred leaders do not apply: one broker leads all partitions "
           "for the client.";
  }
  if (facts.preferred.empty())
    return "The plan has no agents yet, so the partition has no preferred leader.";
  if (facts.leader == facts.preferred)
    return absl::StrCat(facts.leader, " is the preferred leader.");
  switch (facts.reason) {
    case LeaderReason::kMoved:
      return absl::StrCat("The preferred leader is ", facts.preferred,
                          ", but the plan moved the partition off it (", SinceInWords(facts.plan),
                          "): ", InWords(facts.plan.cause),
                          ". The partition returns when its preferred leader has room for it.");
    case LeaderReason::kSpread:
    case LeaderReason::kAssigned:
      return absl::StrCat("The preferred leader is ", facts.preferred, ", but the partition has ",
                          facts.plan.leaders.size(),
                          " leaders; other clients may get that agent, and this client gets ",
                          facts.leader, ".");
    default:
      break;
  }
  const ExplainedAgent* preferred = facts.FindAgent(facts.preferred);
  if (preferred != nullptr && preferred->considered) {
    return absl::StrCat("The preferred leader is ", facts.preferred,
                        ", but the plan had moved the partition off it: ",
                        InWords(facts.plan.cause), ". See why_this_leader.");
  }
  return absl::StrCat(
      "The preferred leader is ", facts.preferred,
      ", but it cannot be returned to this client: ", WhyNotNamed(facts, facts.preferred), ".");
}

std::string WishInWords(const std::optional<Strategy>& wish) {
  return wish.has_value() ? absl::StrCat("asks for ", StrategyName(*wish)) : "does not choose one";
}

std::string WhyThisStrategy(const LeaderFacts& facts, const AskingClient& client) {
  const LeaderGrounds& grounds = facts.grounds;
  const std::string agent =
      client.agent_id.empty() ? "the query has no agent id"
      : !grounds.asked.has_value()
          ? absl::StrCat("agent \"", Excerpt(client.agent_id),
                         "\" is not in the pool and does not count")
          : absl::StrCat("agent ", client.agent_id, " ", WishInWords(grounds.wishes.agent));
  std::string mistake;
  for (const Diagnostic& diagnostic : grounds.features.diagnostics) {
    if (diagnostic.kind == DiagnosticKind::kUnknownStrategy) {
      mistake = absl::StrCat(" (it tries to with \"", diagnostic.feature, "\", but ",
                             diagnostic.message, ")");
    }
  }
  return absl::StrCat(StrategyName(grounds.strategy.strategy),
                      ", decided by: ", StrategySourceName(grounds.strategy.source),
                      ". The first setting that chooses a strategy applies: the client id ",
                      WishInWords(grounds.wishes.client_id), mistake, "; ", agent,
                      "; the virtual cluster ", WishInWords(grounds.wishes.virtual_cluster),
                      "; the default of the system is ", StrategyName(kSystemDefaultStrategy), ".");
}

// Which plan applies to the clients of a zone.
absl::string_view WhosePlan(const LeaderFacts& facts) {
  if (facts.grounds.strategy.strategy != Strategy::kConsistentRandomJump) return "";
  return facts.plan.zone.empty()
             ? " The zone has no plan: agents have reported no traffic for it yet, so the plan of "
               "the pool applies to its agents."
             : " The zone has its own plan, based on the traffic of its clients.";
}

std::string WhyThisZone(const LeaderFacts& facts) {
  const AgentChoice& agents = facts.grounds.agents;
  const bool from_id = facts.grounds.features.zone.has_value();
  const std::string zone =
      absl::StrCat("The client is in zone \"", agents.zone.value_or(""), "\", by its ",
                   from_id ? "id (ws_az)" : "address and the zone_cidrs of its virtual cluster");
  switch (agents.zone_result) {
    case ZoneResult::kHit:
      return absl::StrCat(zone, "; only agents of that zone were considered: ", facts.considered,
                          ".", WhosePlan(facts));
    case ZoneResult::kMiss:
      return absl::StrCat(
          zone, ", but agents of every zone were considered: ",
          agents.zone_overloaded
              ? "all matching agents of the zone are above 90 % while those of all zones are below "
                "75 % on average; start more agents in the zone"
              : "no matching agent of the zone is a candidate now; start one, or check their "
                "states in ListAgents",
          ".");
    case ZoneResult::kUnknown:
      break;
  }
  for (const Diagnostic& diagnostic : facts.grounds.features.diagnostics) {
    if (diagnostic.kind == DiagnosticKind::kUnknownZone) {
      return absl::StrCat("The client's zone is unknown: \"", diagnostic.feature,
                          "\": ", diagnostic.message, ". Agents of every zone were considered.");
    }
  }
  return "The client's zone is unknown: its id has no ws_az, and its address is in none of the "
         "zone_cidrs of its virtual cluster. Agents of every zone were considered.";
}

std::string WhyTheseAgents(const LeaderFacts& facts) {
  const Restriction& taken = facts.grounds.agents.taken;
  std::vector<std::string> parts;
  if (taken.agent_group.has_value()) {
    parts.push_back(absl::StrCat("only agents of group \"", *taken.agent_group, "\""));
  }
  if (taken.role.has_value()) {
    parts.push_back(absl::StrCat("only agents with role ", AgentRoleName(*taken.role),
                                 " or without roles, which means all roles"));
  }
  if (taken.zone.has_value())
    parts.push_back(absl::StrCat("only agents of zone \"", *taken.zone, "\""));
  std::string words = absl::StrCat(facts.considered, " of the ", facts.candidates,
                                   " candidates could be returned to this client",
                                   parts.empty() ? "" : ": ", absl::StrJoin(parts, ", "), ".");
  for (const Diagnostic& diagnostic : facts.grounds.features.diagnostics) {
    if (diagnostic.kind != DiagnosticKind::kGroupUnavailable &&
        diagnostic.kind != DiagnosticKind::kRoleUnavailable &&
        diagnostic.kind != DiagnosticKind::kUnknownGroup &&
        diagnostic.kind != DiagnosticKind::kUnknownRole) {
      continue;
    }
    absl::StrAppend(&words, " \"", diagnostic.feature, "\": ", diagnostic.message, ".");
  }
  return words;
}

std::string Instead(absl::string_view what, absl::string_view then, absl::string_view now) {
  return absl::StrCat(what, " would be ", then.empty() ? "no agent" : then, " instead of ",
                      now.empty() ? "no agent" : now, ".");
}

}  // namespace

ExplanationWords InWords(const LeaderFacts& facts, const AskingClient& client) {
  ExplanationWords words;
  words.summary =
      absl::StrCat(facts.leader, " leads ", facts.partition_name, " for client \"",
                   Excerpt(client.client_id), "\" (", StrategyName(facts.grounds.strategy.strategy),
                   ", ", LeaderReasonName(facts.reason), ").");
  words.why_this_leader = WhyThisLeader(facts);
  if (facts.plan.unsplittable_since_round.has_value()) {
    absl::StrAppend(&words.why_this_leader,
                    " The partition is hot because of a single client (since balancing round ",
                    *facts.plan.unsplittable_since_round,
                    "), so more leaders would not help: check that client.");
  }
  words.why_not_preferred_leader = WhyNotPreferredLeader(facts);
  words.why_this_strategy = WhyThisStrategy(facts, client);
  words.why_this_zone = WhyThisZone(facts);
  words.why_these_agents = WhyTheseAgents(facts);
  return words;
}

std::vector<std::string> DifferenceInWords(const LeaderFacts& now,
                                           const std::optional<LeaderFacts>& then,
                                           const AskingClient& client) {
  if (!then.has_value()) {
    return {"No agent could be returned: clients would get UNAVAILABLE (NO_LIVE_AGENT)."};
  }
  std::vector<std::string> changes;
  changes.push_back(then->leader == now.leader
                        ? absl::StrCat(now.leader, " would still lead ", now.partition_name, ".")
                        : Instead("The leader", then->leader, now.leader));
  const ExplanationWords before = InWords(now, client);
  const ExplanationWords after = InWords(*then, client);
  if (after.why_this_leader != before.why_this_leader) changes.push_back(after.why_this_leader);
  if (then->preferred != now.preferred)
    changes.push_back(Instead("The preferred leader", then->preferred, now.preferred));
  if (then->grounds.strategy.strategy != now.grounds.strategy.strategy) {
    changes.push_back(Instead("The strategy", StrategyName(then->grounds.strategy.strategy),
                              StrategyName(now.grounds.strategy.strategy)));
  }
  if (after.why_this_zone != before.why_this_zone) changes.push_back(after.why_this_zone);
  if (after.why_these_agents != before.why_these_agents) changes.push_back(after.why_these_agents);
  return changes;
}

}  // namespace bellwether
