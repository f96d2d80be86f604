#include "controlplane/server/pool_collector.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "controlplane/assignment/plan.h"
#include "controlplane/planning/plan_status.h"
#include "controlplane/server/metric_family.h"

namespace bellwether {
namespace {

using MetricLabels = std::vector<prometheus::ClientMetric::Label>;

void AddMoves(const std::string& pool_id, const PlanStatus& status,
              prometheus::MetricFamily& family) {
  for (size_t cause = 0; cause < kMoveCauseCount; ++cause) {
    AddMetric({{"agent_pool", pool_id},
               {"cause", std::string(MoveCauseName(static_cast<MoveCause>(cause)))}},
              static_cast<double>(status.moves_by_cause[cause]), family);
  }
}

// What all plans of a pool have done and have together.
PlanStatus SumOf(const std::map<std::string, PlanStatus>& statuses) {
  PlanStatus sum;
  for (const auto& [zone, status] : statuses) {
    for (size_t i = 0; i < kMoveCauseCount; ++i) sum.moves_by_cause[i] += status.moves_by_cause[i];
    sum.partitions_ignored += status.partitions_ignored;
    sum.partitions += status.partitions;
    sum.spread += status.spread;
    sum.moved += status.moved;
    sum.unsplittable += status.unsplittable;
  }
  return sum;
}

}  // namespace

PoolCollector::PoolCollector(const PoolPlanners& planners, const PoolFeeds& feeds,
                             const Clock& clock)
    : planners_(planners), feeds_(feeds), clock_(clock) {}

std::vector<prometheus::MetricFamily> PoolCollector::Collect() const {
  constexpr auto kGauge = prometheus::MetricType::Gauge;
  constexpr auto kCounter = prometheus::MetricType::Counter;
  prometheus::MetricFamily moves =
      MakeFamily(kCounter, "bellwether_plan_moves_total",
                 "Moves of partitions between agents, by pool and cause.");
  prometheus::MetricFamily ignored =
      MakeFamily(kCounter, "bellwether_plan_partitions_ignored_total",
                 "Rates of partitions left out because the pool has too many of them, by pool.");
  prometheus::MetricFamily partitions =
      MakeFamily(kGauge, "bellwether_plan_partitions", "Partitions with known traffic, by pool.");
  prometheus::MetricFamily spread = MakeFamily(kGauge, "bellwether_plan_spread_partitions",
                                               "Partitions with several leaders, by pool.");
  prometheus::MetricFamily moved = MakeFamily(kGauge, "bellwether_plan_moved_partitions",
                                              "Partitions not led by their home, by pool.");
  prometheus::MetricFamily unsplittable =
      MakeFamily(kGauge, "bellwether_plan_unsplittable_partitions",
                 "Hot partitions that hang on a single client, by pool.");
  prometheus::MetricFamily imbalance =
      MakeFamily(kGauge, "bellwether_plan_imbalance_ratio",
                 "Largest load that the plan expects of an agent, divided by its share, by pool "
                 "and zone; no zone is the whole pool.");
  prometheus::MetricFamily above_mean = MakeFamily(
      kGauge, "bellwether_plan_above_mean_bytes_per_second",
      "Load of that agent in bytes per second, less its share, by pool and zone; no zone is the "
      "whole pool.");
  prometheus::MetricFamily version =
      MakeFamily(kGauge, "bellwether_pool_view_version",
                 "Version of the view that is answered from, by pool.");
  prometheus::MetricFamily age = MakeFamily(kGauge, "bellwether_pool_view_age_seconds",
                                            "Time since that view last changed, by pool.");
  prometheus::MetricFamily watchers = MakeFamily(kGauge, "bellwether_pool_watchers",
                                                 "Agents that are told of every change, by pool.");
  prometheus::MetricFamily queries =
      MakeFamily(kCounter, "bellwether_pool_leader_queries_total",
                 "Leader queries of the clients of a pool, by pool and result.");
  const MonotonicTime now = clock_.MonotonicNow();
  std::map<std::string, size_t> readers;
  for (const FeedCount& count : feeds_.Counts()) readers[count.agent_pool_id] += count.readers;
  for (const std::shared_ptr<PoolPlanner>& planner : planners_.All()) {
    const std::string& pool_id = planner->members()->agent_pool_id();
    const MetricLabels pool = {{"agent_pool", pool_id}};
    const std::shared_ptr<const PoolSnapshot> latest = planner->Latest();
    AddMetric(pool, static_cast<double>(latest->view->version), version);
    AddMetric(pool, absl::ToDoubleSeconds(now - latest->view_since), age);
    AddMetric(pool, static_cast<double>(readers[pool_id]), watchers);
    AddMetric({{"agent_pool", pool_id}, {"result", "answered"}},
              static_cast<double>(planner->queries().answered()), queries);
    AddMetric({{"agent_pool", pool_id}, {"result", "failed"}},
              static_cast<double>(planner->queries().failed()), queries);
    const std::map<std::string, PlanStatus> statuses = planner->PlanStatuses();
    const PlanStatus status = SumOf(statuses);
    AddMoves(pool_id, status, moves);
    AddMetric(pool, static_cast<double>(status.partitions_ignored), ignored);
    AddMetric(pool, static_cast<double>(status.partitions), partitions);
    AddMetric(pool, static_cast<double>(status.spread), spread);
    AddMetric(pool, static_cast<double>(status.moved), moved);
    AddMetric(pool, static_cast<double>(status.unsplittable), unsplittable);
    for (const auto& [zone, plan] : statuses) {
      const MetricLabels over = {{"agent_pool", pool_id}, {"zone", zone}};
      AddMetric(over, plan.evenness.imbalance, imbalance);
      AddMetric(over, plan.evenness.above_mean_bytes_per_second, above_mean);
    }
  }
  return {version,    age,    watchers, queries,      moves,     ignored,
          partitions, spread, moved,    unsplittable, imbalance, above_mean};
}

}  // namespace bellwether
