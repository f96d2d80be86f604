#include "controlplane/planning/pool_feeds.h"

#include <utility>

#include "controlplane/assignment/watched_pool.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/catalog_errors.h"
#include "controlplane/model/error.h"
#include "controlplane/planning/observed_loads.h"
#include "controlplane/planning/pool_snapshot.h"

namespace bellwether {
namespace {

absl::Status ShuttingDown() {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kShuttingDown,
                   "the control plane is shutting down; connect again shortly");
}

// The virtual cluster to watch, if it has a pool.
absl::StatusOr<std::shared_ptr<const VirtualCluster>> WatchableCluster(const CatalogView& view,
                                                                       absl::string_view name) {
  ASSIGN_OR_RETURN(std::shared_ptr<const VirtualCluster> cluster, view.UsableVirtualCluster(name));
  if (cluster->agent_pool_id.empty()) return HasNoAgentPool(*cluster);
  return cluster;
}

std::vector<uint32_t> LoadLevels(const PoolSnapshot& snapshot, MonotonicTime now) {
  const ObservedLoads loads(snapshot.pending_loads);
  std::vector<uint32_t> levels;
  levels.reserve(snapshot.pending_loads.size());
  for (uint32_t i = 0; i < snapshot.pending_loads.size(); ++i) {
    const std::optional<double> load = loads.LoadOf(i, now);
    levels.push_back(load.has_value() ? LoadLevelOf(*load / snapshot.view->agents[i]->weight())
                                      : kLoadUnknown);
  }
  return levels;
}

// Whether an agent's load differs much from the published one, or has become known.
bool DiffersMuch(const std::vector<uint32_t>& told, const std::vector<uint32_t>& now) {
  for (size_t i = 0; i < told.size(); ++i) {
    if ((told[i] == kLoadUnknown) != (now[i] == kLoadUnknown)) return true;
    if (told[i] + PoolFeeds::kLoadStep <= now[i] || now[i] + PoolFeeds::kLoadStep <= told[i]) {
      return true;
    }
  }
  return false;
}

}  // namespace

PoolFeeds::PoolFeeds(const Catalog& catalog, PoolPlanners& planners, const Clock& clock,
                     const ViewEncoder& encoder, int64_t first_position)
    : catalog_(catalog),
      planners_(planners),
      clock_(clock),
      encoder_(encoder),
      next_position_(first_position + 1) {}

absl::StatusOr<std::shared_ptr<PoolFeed>> PoolFeeds::Watch(
    absl::string_view virtual_cluster, const std::shared_ptr<FeedReader>& reader) {
  ASSIGN_OR_RETURN(const std::shared_ptr<const VirtualCluster> cluster,
                   WatchableCluster(*catalog_.View(), virtual_cluster));
  MutexLock lock(mutex_);
  if (ended_) return ShuttingDown();
  Watched& watched = watched_[cluster->uid];
  if (watched.feed == nullptr) watched.feed = std::make_shared<PoolFeed>(encoder_);
  watched.agent_pool_id = cluster->agent_pool_id;
  watched.readers.insert(reader);
  return watched.feed;
}

void PoolFeeds::Leave(const std::shared_ptr<PoolFeed>& feed,
                      const std::shared_ptr<FeedReader>& reader) {
  const MonotonicTime now = clock_.MonotonicNow();
  MutexLock lock(mutex_);
  for (auto& [uid, watched] : watched_) {
    if (watched.feed != feed) continue;
    watched.readers.erase(reader);
    watched.left_at = now;
    return;
  }
}

void PoolFeeds::Publish() {
  const MonotonicTime now = clock_.MonotonicNow();
  std::vector<std::pair<std::string, std::shared_ptr<PoolFeed>>> feeds;
  {
    MutexLock lock(mutex_);
    for (auto watched = watched_.begin(); watched != watched_.end();) {
      if (watched->second.readers.empty() && now - watched->second.left_at > kKeptUnwatched) {
        memories_.erase(watched->first);
        watched = watched_.erase(watched);
        continue;
      }
      if (!watched->second.readers.empty()) {
        feeds.emplace_back(watched->first, watched->second.feed);
      }
      ++watched;
    }
  }
  for (const auto& [uid, feed] : feeds) {
    if (!Look(uid, *feed, memories_[uid])) continue;
    const std::vector<std::shared_ptr<FeedReader>> readers = ReadersOf(uid);
    if (!feed->ended().ok()) {
      MutexLock lock(mutex_);
      watched_.erase(uid);
      memories_.erase(uid);
    }
    for (const std::shared_ptr<FeedReader>& reader : readers) reader->OnNews();
  }
}

bool PoolFeeds::Look(const std::string& uid, PoolFeed& feed, Memory& memory) {
  const std::shared_ptr<const CatalogView> view = catalog_.View();
  if (view->revision() != memory.catalog_revision) {
    auto cluster = WatchableCluster(*view, uid);
    if (!cluster.ok()) {
      feed.End(cluster.status());
      return true;
    }
    memory.cluster = *std::move(cluster);
    memory.planner = planners_.Find(memory.cluster->agent_pool_id);
    const auto agent_pool = view->FindAgentPool(memory.cluster->agent_pool_id);
    memory.redirects_disabled = agent_pool != nullptr && agent_pool->redirects_disabled;
    memory.catalog_revision = view->revision();
  }
  const MonotonicTime now = clock_.MonotonicNow();
  const std::shared_ptr<const PoolSnapshot> snapshot = memory.planner->Current();
  WatchedPool pool{memory.cluster, snapshot->view, snapshot->plans, memory.redirects_disabled, {}};
  const bool loads_are_due = now - memory.loads_seen_at >= kLoadInterval;
  if (pool.cluster == memory.sent_cluster && pool.view == memory.sent_view &&
      pool.plans == memory.sent_plans &&
      pool.redirects_disabled == memory.sent_redirects_disabled && !loads_are_due &&
      !feed.full_is_wanted()) {
    return false;
  }
  memory.sent_cluster = pool.cluster;
  memory.sent_view = pool.view;
  memory.sent_plans = pool.plans;
  memory.sent_redirects_disabled = pool.redirects_disabled;
  if (loads_are_due) memory.loads_seen_at = now;
  const std::optional<WatchedPool> latest = feed.Latest();
  if (!latest.has_value()) {
    pool.load_levels = LoadLevels(*snapshot, now);
  } else {
    pool.load_levels =
        latest->view == pool.view ? latest->load_levels : CarryLoadLevels(*latest, *pool.view);
    if (loads_are_due) {
      std::vector<uint32_t> levels = LoadLevels(*snapshot, now);
      if (DiffersMuch(pool.load_levels, levels)) pool.load_levels = std::move(levels);
    }
  }
  const bool told = feed.Publish(pool, next_position_);
  if (feed.position() == next_position_) ++next_position_;
  return told;
}

std::vector<std::shared_ptr<FeedReader>> PoolFeeds::ReadersOf(const std::string& uid) const {
  MutexLock lock(mutex_);
  const auto watched = watched_.find(uid);
  if (watched == watched_.end()) return {};
  return {watched->second.readers.begin(), watched->second.readers.end()};
}

void PoolFeeds::EndAll() {
  std::map<std::string, Watched> watched;
  {
    MutexLock lock(mutex_);
    ended_ = true;
    watched.swap(watched_);
  }
  for (const auto& [uid, one] : watched) {
    one.feed->End(ShuttingDown());
    for (const std::shared_ptr<FeedReader>& reader : one.readers) reader->OnNews();
  }
}

std::vector<FeedCount> PoolFeeds::Counts() const {
  MutexLock lock(mutex_);
  std::vector<FeedCount> counts;
  for (const auto& [uid, watched] : watched_) {
    counts.push_back({watched.agent_pool_id, watched.readers.size()});
  }
  return counts;
}

}  // namespace bellwether
