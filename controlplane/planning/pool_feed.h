#ifndef CONTROLPLANE_PLANNING_POOL_FEED_H_
#define CONTROLPLANE_PLANNING_POOL_FEED_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "controlplane/assignment/watched_pool.h"
#include "controlplane/base/published.h"

namespace bellwether {

// Encodes the messages for watchers. Results depend only on the arguments.
class ViewEncoder {
 public:
  virtual ~ViewEncoder() = default;

  // A full view.
  virtual std::string EncodeView(const WatchedPool& pool, int64_t position) const = 0;
  // The change from `before` to `after`. Leaves out load levels if they are those that follow from
  // `before` (CarryLoadLevels).
  virtual std::string EncodeChange(const WatchedPool& before, int64_t base_position,
                                   const WatchedPool& after, int64_t position) const = 0;
};

// The messages for the watchers of one pool, encoded once for all of them: the latest view, and a
// bounded number of the changes that led to it. The cost hardly depends on the number of watchers.
// A slow watcher causes no buffering: it continues from its position, or with a full view.
//
// Thread-safe, without a lock; only one thread at a time may call Publish and End.
class PoolFeed {
 public:
  // More changes than these, or larger ones, are not kept.
  static constexpr size_t kMaxChanges = 256;
  static constexpr size_t kMaxChangeBytes = 1 << 20;

  explicit PoolFeed(const ViewEncoder& encoder) : encoder_(encoder) {}

  struct News {
    // The watcher's position after the message.
    int64_t position = 0;
    std::shared_ptr<const std::string> message;
  };

  // The message for a watcher at `position` (0: it has nothing yet): the next change, or a full
  // view if the changes since then are not kept. nullopt if there is nothing new, or if a full view
  // has to be encoded first, which the next Publish does.
  std::optional<News> After(int64_t position);

  // Of the latest view; 0 before the first.
  int64_t position() const { return state_.Get()->position; }
  // OK while the feed is live; then the reason why it ended.
  absl::Status ended() const { return state_.Get()->ended; }

  // The latest view; nullopt before the first.
  std::optional<WatchedPool> Latest() const;
  // Whether a watcher waits for a full view that is not encoded yet.
  bool full_is_wanted() const { return full_is_wanted_.load(); }
  // Publishes `pool` unless it equals the published one, and encodes a full view if a watcher wants
  // one. Returns whether any watcher has a new message.
  bool Publish(const WatchedPool& pool, int64_t position);
  // Ends the feed for the reason `why`.
  void End(const absl::Status& why);

 private:
  struct Change {
    int64_t base = 0;
    News news;
  };
  // Immutable once published.
  struct State {
    // 0 before the first view.
    int64_t position = 0;
    WatchedPool pool;
    // From old to new; each begins at the position at which the one before ended.
    std::vector<Change> changes;
    // The full view, once a watcher has wanted it.
    std::shared_ptr<const std::string> full;
    absl::Status ended;
  };

  const ViewEncoder& encoder_;
  Published<State> state_{std::make_shared<const State>()};
  std::atomic<bool> full_is_wanted_ = false;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_FEED_H_
