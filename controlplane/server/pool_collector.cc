#include "controlplane/server/pool_collector.h"

#include <memory>
#include <string>

#include "controlplane/assignment/plan.h"
#include "controlplane/planning/plan_status.h"

namespace bellwether {
namespace {

prometheus::MetricFamily MakeGauge(const char* name, const char* help) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = prometheus::MetricType::Gauge;
  return family;
}

void AddGauge(const std::string& pool_id, double value, prometheus::MetricFamily& family) {
  prometheus::ClientMetric metric;
  metric.label = {{"agent_pool", pool_id}};
  metric.gauge.value = value;
  family.metric.push_back(metric);
}

prometheus::MetricFamily MakeCounter(const char* name, const char* help) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = prometheus::MetricType::Counter;
  return family;
}

void AddCounter(const std::string& pool_id, double value, prometheus::MetricFamily& family) {
  prometheus::ClientMetric metric;
  metric.label = {{"agent_pool", pool_id}};
  metric.counter.value = value;
  family.metric.push_back(metric);
}

void AddMoves(const std::string& pool_id, const PlanStatus& status,
              prometheus::MetricFamily& family) {
  for (int cause = 0; cause < kMoveCauseCount; ++cause) {
    prometheus::ClientMetric metric;
    metric.label = {{"agent_pool", pool_id},
                    {"cause", std::string(MoveCauseName(static_cast<MoveCause>(cause)))}};
    metric.counter.value = static_cast<double>(status.moves_by_cause[static_cast<size_t>(cause)]);
    family.metric.push_back(metric);
  }
}

}  // namespace

PoolCollector::PoolCollector(const PoolPlanners& planners, const PoolFeeds& feeds,
                             const Clock& clock)
    : planners_(planners), feeds_(feeds), clock_(clock) {}

std::vector<prometheus::MetricFamily> PoolCollector::Collect() const {
  prometheus::MetricFamily moves = MakeCounter(
      "bellwether_plan_moves_total", "Moves of partitions between agents, by pool and cause.");
  prometheus::MetricFamily ignored =
      MakeCounter("bellwether_plan_partitions_ignored_total",
                  "Rates of partitions left out because the pool has too many of them, by pool.");
  prometheus::MetricFamily partitions =
      MakeGauge("bellwether_plan_partitions", "Partitions with known traffic, by pool.");
  prometheus::MetricFamily spread =
      MakeGauge("bellwether_plan_spread_partitions", "Partitions with several leaders, by pool.");
  prometheus::MetricFamily displaced = MakeGauge("bellwether_plan_displaced_partitions",
                                                 "Partitions not led by their home, by pool.");
  prometheus::MetricFamily unsplittable =
      MakeGauge("bellwether_plan_unsplittable_partitions",
                "Hot partitions that hang on a single client, by pool.");
  prometheus::MetricFamily imbalance =
      MakeGauge("bellwether_plan_imbalance_ratio",
                "Largest load assigned to an agent, divided by the mean, by pool.");
  prometheus::MetricFamily excess =
      MakeGauge("bellwether_plan_excess_bytes_per_second",
                "Largest load assigned to an agent, less the mean, by pool.");
  prometheus::MetricFamily version = MakeGauge(
      "bellwether_pool_view_version", "Version of the view that is answered from, by pool.");
  prometheus::MetricFamily age =
      MakeGauge("bellwether_pool_view_age_seconds", "Time since that view last changed, by pool.");
  prometheus::MetricFamily watchers =
      MakeGauge("bellwether_pool_watchers", "Agents that are told of every change, by pool.");
  const MonotonicTime now = clock_.MonotonicNow();
  for (const FeedCount& count : feeds_.Counts()) {
    AddGauge(count.agent_pool_id, static_cast<double>(count.readers), watchers);
  }
  for (const std::shared_ptr<PoolPlanner>& planner : planners_.All()) {
    const std::string& pool_id = planner->members()->agent_pool_id();
    const std::shared_ptr<const PoolSnapshot> latest = planner->Latest();
    AddGauge(pool_id, static_cast<double>(latest->view->version), version);
    AddGauge(pool_id, absl::ToDoubleSeconds(now - latest->view_since), age);
    const PlanStatus status = planner->Status();
    AddMoves(pool_id, status, moves);
    AddCounter(pool_id, static_cast<double>(status.partitions_ignored), ignored);
    AddGauge(pool_id, static_cast<double>(status.partitions), partitions);
    AddGauge(pool_id, static_cast<double>(status.spread), spread);
    AddGauge(pool_id, static_cast<double>(status.displaced), displaced);
    AddGauge(pool_id, static_cast<double>(status.unsplittable), unsplittable);
    AddGauge(pool_id, status.evenness.imbalance, imbalance);
    AddGauge(pool_id, status.evenness.excess_bytes_per_second, excess);
  }
  return {version, age,       watchers,     moves,     ignored, partitions,
          spread,  displaced, unsplittable, imbalance, excess};
}

}  // namespace bellwether
