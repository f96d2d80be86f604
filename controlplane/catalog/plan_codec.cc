#include "controlplane/catalog/plan_codec.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bellwether/storage/v1/records.pb.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

namespace disk = ::bellwether::storage::v1;

absl::Status Corrupt(const StoredEntry& entry, absl::string_view what) {
  return MakeError(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
                   absl::StrCat("the plan \"", Excerpt(entry.key), "\" cannot be used: ", what,
                                "; the pool's hot partitions will be found again"),
                   {{"key", Excerpt(entry.key)}});
}

// Numbers that do not fit become ones that no valid plan has.
AgentPosition ToPosition(uint32_t stored) {
  return static_cast<AgentPosition>(std::min<uint32_t>(stored, kNoAgent));
}

MoveCause ToCause(uint32_t stored) { return static_cast<MoveCause>(std::min(stored, 0xFFu)); }

disk::PlanRecord ToRecord(const Plan& plan) {
  disk::PlanRecord record;
  record.set_round(plan.round);
  for (const PlanAgent& agent : plan.agents) {
    disk::PlanRecord::Agent& stored = *record.add_agents();
    stored.set_hash(agent.hash);
    stored.set_declared_weight(agent.declared_weight);
    stored.set_weight(agent.weight);
    stored.set_reserved(agent.reserved);
  }
  for (const MovedPartition& moved : plan.moved) {
    disk::PlanRecord::MovedPartition& stored = *record.add_moved();
    stored.set_partition(moved.partition);
    stored.set_since_round(moved.since_round);
    stored.set_leader(moved.leader);
    stored.set_cause(static_cast<uint32_t>(moved.cause));
  }
  for (const Spread& spread : plan.spread) {
    disk::PlanRecord::Spread& stored = *record.add_spread();
    stored.set_partition(spread.partition);
    stored.set_since_round(spread.since_round);
    stored.set_cause(static_cast<uint32_t>(spread.cause));
    for (const AgentPosition member : spread.members) stored.add_members(member);
    for (const AssignedClient& assigned : spread.assigned_clients) {
      disk::PlanRecord::AssignedClient& stored_client = *stored.add_assigned_clients();
      stored_client.set_client(assigned.client);
      stored_client.set_member(assigned.member);
    }
  }
  for (const Takeover& takeover : plan.takeovers) {
    disk::PlanRecord::Takeover& stored = *record.add_takeovers();
    stored.set_partition(takeover.partition);
    stored.set_owner(takeover.owner);
    stored.set_taker(takeover.taker);
  }
  for (const Unsplittable& unsplittable : plan.unsplittable) {
    disk::PlanRecord::Unsplittable& stored = *record.add_unsplittable();
    stored.set_partition(unsplittable.partition);
    stored.set_since_round(unsplittable.since_round);
  }
  return record;
}

Spread FromRecord(const disk::PlanRecord::Spread& stored) {
  Spread spread;
  spread.partition = stored.partition();
  spread.since_round = stored.since_round();
  spread.cause = ToCause(stored.cause());
  for (const uint32_t member : stored.members()) spread.members.push_back(ToPosition(member));
  for (const disk::PlanRecord::AssignedClient& assigned : stored.assigned_clients()) {
    spread.assigned_clients.push_back({assigned.client(), ToPosition(assigned.member())});
  }
  return spread;
}

Plan FromRecord(const disk::PlanRecord& record) {
  Plan plan;
  plan.round = record.round();
  for (const disk::PlanRecord::Agent& agent : record.agents()) {
    plan.agents.push_back(
        {agent.hash(), agent.declared_weight(), agent.weight(), agent.reserved()});
  }
  for (const disk::PlanRecord::MovedPartition& moved : record.moved()) {
    plan.moved.push_back({moved.partition(), moved.since_round(), ToPosition(moved.leader()),
                          ToCause(moved.cause())});
  }
  for (const disk::PlanRecord::Spread& spread : record.spread()) {
    plan.spread.push_back(FromRecord(spread));
  }
  for (const disk::PlanRecord::Takeover& takeover : record.takeovers()) {
    plan.takeovers.push_back(
        {takeover.partition(), ToPosition(takeover.owner()), ToPosition(takeover.taker())});
  }
  for (const disk::PlanRecord::Unsplittable& unsplittable : record.unsplittable()) {
    plan.unsplittable.push_back({unsplittable.partition(), unsplittable.since_round()});
  }
  return plan;
}

}  // namespace

std::string EncodePlans(const PlanSet& plans) {
  disk::PlanRecord record = ToRecord(*plans.whole);
  for (const auto& [zone, plan] : plans.zones) {
    disk::PlanRecord::ZonePlan& stored = *record.add_zone_plans();
    stored.set_zone(zone);
    *stored.mutable_plan() = ToRecord(*plan);
  }
  return record.SerializeAsString();
}

absl::StatusOr<PlanSet> DecodePlans(const StoredEntry& entry) {
  disk::PlanRecord record;
  if (!record.ParseFromString(entry.value)) return Corrupt(entry, "it is damaged");
  PlanSet plans;
  plans.whole = std::make_shared<const Plan>(FromRecord(record));
  bool is_valid = IsValidPlan(*plans.whole);
  for (const disk::PlanRecord::ZonePlan& stored : record.zone_plans()) {
    auto plan = std::make_shared<const Plan>(FromRecord(stored.plan()));
    is_valid = is_valid && !stored.zone().empty() && IsValidPlan(*plan) &&
               plans.zones.emplace(stored.zone(), std::move(plan)).second;
  }
  if (!is_valid) return Corrupt(entry, "it contradicts itself");
  return plans;
}

}  // namespace bellwether
