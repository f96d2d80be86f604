#ifndef CONTROLPLANE_SERVER_FEED_PUBLISHER_H_
#define CONTROLPLANE_SERVER_FEED_PUBLISHER_H_

#include <cstdint>

#include "controlplane/base/periodic_task.h"
#include "controlplane/membership/agent_registry.h"
#include "controlplane/planning/pool_feeds.h"

namespace bellwether {

// Publishes changes to the feeds of watched pools, on a thread of its own: every ten milliseconds
// if an agent joined, left or changed, and otherwise five times less often, which is enough for
// changes by time, plans and admins.
class FeedPublisher {
 public:
  // Starts at once. Both arguments must outlive it.
  FeedPublisher(const AgentRegistry& registry, PoolFeeds& feeds);

  // When it returns, no publishing is in progress. May be called again.
  void Stop() { task_.Stop(); }

 private:
  void Look();

  const AgentRegistry& registry_;
  PoolFeeds& feeds_;
  // AgentRegistry::changes at the last run, and how many runs were skipped since.
  int64_t changes_seen_ = -1;
  int rests_ = 0;
  // Last member: its thread uses all others.
  PeriodicTask task_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_FEED_PUBLISHER_H_
