#include "controlplane/server/pool_log.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

constexpr size_t kMaxStateKeys = 1'000;

// What a partition is called, by the reports of the agents that lead it; its hash if none reports
// it.
std::string PartitionName(const Roster& roster, uint64_t cluster_hash, uint64_t partition) {
  for (const RosterEntry& entry : roster.entries) {
    if (entry.report == nullptr) continue;
    for (const PartitionRate& rate : entry.report->partition_rates) {
      const uint64_t hash = PartitionHash(cluster_hash, StableHash(rate.topic), rate.partition);
      if (hash == partition) return absl::StrCat(rate.topic, "/", rate.partition);
    }
  }
  return absl::StrCat("partition ", absl::Hex(partition, absl::kZeroPad16));
}

}  // namespace

PoolLog::PoolLog(PoolPlanners& planners, const Clock& clock)
    : planners_(planners), log_(clock, {absl::Minutes(1), kMaxStateKeys}), clock_(clock) {}

void PoolLog::LogStates() {
  std::map<std::string, std::shared_ptr<const PoolView>> views;
  for (const std::shared_ptr<PoolPlanner>& planner : planners_.All()) {
    std::shared_ptr<const PoolView> view = planner->Current()->view;
    const std::string& pool_id = planner->members()->agent_pool_id();
    const auto before = views_.find(pool_id);
    if (before != views_.end() && before->second != view) {
      for (const PoolEvent& event : StateChanges(*before->second, *view)) {
        log_.Write(event.key, event.line.level, event.line.event, event.line.fields);
      }
    }
    views.emplace(pool_id, std::move(view));
  }
  views_ = std::move(views);
}

void PoolLog::LogMoves(const CatalogView& view) {
  std::map<std::string, Plans> before;
  {
    MutexLock lock(mutex_);
    before.swap(plans_);
  }
  std::map<std::string, Plans> all;
  for (const std::shared_ptr<PoolPlanner>& planner : planners_.All()) {
    const std::string& pool_id = planner->members()->agent_pool_id();
    const auto cluster = view.ClusterOfPool(pool_id);
    if (!cluster.ok()) continue;
    Plans& old = before[pool_id];
    Plans now;
    now.plans = planner->Latest()->plans;
    if (old.plans == now.plans) {
      now.moves = old.moves;
    } else {
      for (const auto& [zone, status] : planner->PlanStatuses()) {
        now.moves[zone] = status.moves_by_cause;
      }
      LogMovesOf(*planner, StableHash((*cluster)->uid), old, now);
    }
    all.emplace(pool_id, std::move(now));
  }
  MutexLock lock(mutex_);
  plans_ = std::move(all);
}

void PoolLog::LogMovesOf(PoolPlanner& planner, uint64_t cluster_hash, const Plans& before,
                         const Plans& after) const {
  const Roster roster = planner.members()->GetRoster(clock_.MonotonicNow());
  const auto plan_of = [](const Plans& plans, const std::string& zone) -> const Plan& {
    static const Plan& none = *new Plan;
    if (zone.empty()) return *plans.plans.whole;
    const auto found = plans.plans.zones.find(zone);
    return found == plans.plans.zones.end() ? none : *found->second;
  };
  for (const auto& [zone, counts] : after.moves) {
    MoveCounts moved = counts;
    const auto old_counts = before.moves.find(zone);
    if (old_counts != before.moves.end()) {
      for (int i = 0; i < kMoveCauseCount; ++i) {
        // A new plan counts from 0.
        const uint64_t old_count = old_counts->second[i];
        if (old_count <= moved[i]) moved[i] -= old_count;
      }
    }
    for (const LogLine& line : MovedPartitions(
             *planner.Latest()->view, zone, plan_of(before, zone), plan_of(after, zone), moved,
             [&](uint64_t partition) { return PartitionName(roster, cluster_hash, partition); })) {
      WriteLine(line);
    }
  }
}

}  // namespace bellwether
