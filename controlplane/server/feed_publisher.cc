#include "controlplane/server/feed_publisher.h"

#include "absl/time/time.h"

namespace bellwether {
namespace {

constexpr absl::Duration kInterval = absl::Milliseconds(10);
constexpr int kRestsBetweenLooks = 5;

}  // namespace

FeedPublisher::FeedPublisher(const AgentRegistry& registry, PoolFeeds& feeds)
    : registry_(registry), feeds_(feeds), task_(kInterval, [this] { Look(); }) {}

void FeedPublisher::Look() {
  const int64_t changes = registry_.changes();
  if (changes == changes_seen_ && ++rests_ < kRestsBetweenLooks) return;
  changes_seen_ = changes;
  rests_ = 0;
  feeds_.Publish();
}

}  // namespace bellwether
