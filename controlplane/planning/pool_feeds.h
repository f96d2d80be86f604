#ifndef CONTROLPLANE_PLANNING_POOL_FEEDS_H_
#define CONTROLPLANE_PLANNING_POOL_FEEDS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/planning/pool_feed.h"
#include "controlplane/planning/pool_planners.h"

namespace bellwether {

// A watcher of a feed. Implementations are thread-safe.
class FeedReader {
 public:
  virtual ~FeedReader() = default;
  // The feed may have a new message or has ended. Must not block.
  virtual void OnNews() = 0;
};

// Number of watchers of a pool.
struct FeedCount {
  std::string agent_pool_id;
  size_t readers = 0;
};

// The feeds of all watched pools. A feed belongs to a virtual cluster and the pool that it uses at
// the time. Thread-safe.
class PoolFeeds {
 public:
  // Positions are above `first_position`, which has to rise from start to start of the control
  // plane. All arguments must outlive it.
  PoolFeeds(const Catalog& catalog, PoolPlanners& planners, const Clock& clock,
            const ViewEncoder& encoder, int64_t first_position);

  // Subscribes `reader` until Leave. Errors: NOT_FOUND (kVirtualClusterNotFound);
  // FAILED_PRECONDITION (kVirtualClusterHasNoAgentPool); UNAVAILABLE (kShuttingDown) after EndAll.
  absl::StatusOr<std::shared_ptr<PoolFeed>> Watch(absl::string_view virtual_cluster,
                                                  const std::shared_ptr<FeedReader>& reader);
  void Leave(const std::shared_ptr<PoolFeed>& feed, const std::shared_ptr<FeedReader>& reader);

  // Checks every watched pool and publishes its changes. For a periodic task: changes by heartbeats
  // and by the passing of time are published by the next call. The check of an unchanged pool
  // compares a few pointers.
  void Publish();

  // Ends every feed with UNAVAILABLE (kShuttingDown).
  void EndAll();

  std::vector<FeedCount> Counts() const;

  // A feed without watchers is kept for this long, so that a returning watcher needs no full view.
  static constexpr absl::Duration kKeptUnwatched = absl::Minutes(1);
  // Loads are published at most this often, and only if an agent's load has changed by this much.
  static constexpr absl::Duration kLoadInterval = absl::Seconds(10);
  static constexpr uint32_t kLoadStep = 10;

 private:
  using Readers = absl::flat_hash_set<std::shared_ptr<FeedReader>>;

  struct Watched {
    std::shared_ptr<PoolFeed> feed;
    Readers readers;
    std::string agent_pool_id;
    // When the last watcher left.
    MonotonicTime left_at;
  };
  // The publisher's own state of a feed between two checks.
  struct Memory {
    int64_t catalog_revision = -1;
    std::shared_ptr<const VirtualCluster> cluster;
    std::shared_ptr<PoolPlanner> planner;
    // The last published values.
    std::shared_ptr<const VirtualCluster> sent_cluster;
    std::shared_ptr<const PoolView> sent_view;
    PlanSet sent_plans;
    bool redirects_disabled = false;
    bool sent_redirects_disabled = false;
    // When loads were last checked.
    MonotonicTime loads_seen_at;
  };

  // Checks one feed's pool. Returns whether its watchers are to be notified.
  bool Look(const std::string& uid, PoolFeed& feed, Memory& memory);
  std::vector<std::shared_ptr<FeedReader>> ReadersOf(const std::string& uid) const;

  const Catalog& catalog_;
  PoolPlanners& planners_;
  const Clock& clock_;
  const ViewEncoder& encoder_;
  int64_t next_position_;
  // By uid of the virtual cluster.
  std::map<std::string, Memory> memories_;

  mutable Mutex mutex_;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  // By uid of the virtual cluster.
  std::map<std::string, Watched> watched_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_FEEDS_H_
