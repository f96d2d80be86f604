#ifndef CONTROLPLANE_SERVER_FEED_PUBLISHER_H_
#define CONTROLPLANE_SERVER_FEED_PUBLISHER_H_

#include <cstdint>

#include "controlplane/base/periodic_task.h"
#include "controlplane/membership/agent_registry.h"
#include "controlplane/planning/pool_feeds.h"

namespace bellwether {

// Lets the feeds of pools that are watched look at their pools, from a thread of its own: every ten
// milliseconds if an agent came, went or changed, and else five times less often, which is enough
// for what passing time changes, plans and admins.
class FeedPublisher {
 public:
  // Begins at once. Both must outlive it.
  FeedPublisher(const AgentRegistry& registry, PoolFeeds& feeds);

  // No look is under way any more when it returns. Safe to repeat.
  void Stop() { task_.Stop(); }

 private:
  void Look();

  const AgentRegistry& registry_;
  PoolFeeds& feeds_;
  // AgentRegistry::changes at the last look, and how often there was no need for another since.
  int64_t changes_seen_ = -1;
  int rests_ = 0;
  // Last, so that its thread finds everything else ready.
  PeriodicTask task_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_FEED_PUBLISHER_H_
