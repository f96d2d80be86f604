#include "controlplane/server/feed_pump.h"

#include "absl/time/time.h"

namespace bellwether {
namespace {

constexpr absl::Duration kInterval = absl::Milliseconds(10);
constexpr int kRestful = 5;

}  // namespace

FeedPump::FeedPump(const AgentRegistry& registry, PoolFeeds& feeds)
    : registry_(registry), feeds_(feeds), task_(kInterval, [this] { Look(); }) {}

void FeedPump::Look() {
  const int64_t changes = registry_.changes();
  if (changes == changes_seen_ && ++rests_ < kRestful) return;
  changes_seen_ = changes;
  rests_ = 0;
  feeds_.Pump();
}

}  // namespace bellwether
