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

// Writes what watchers are told. Pure functions of their arguments.
class ViewEncoder {
 public:
  virtual ~ViewEncoder() = default;

  // A full view.
  virtual std::string EncodeView(const WatchedPool& pool, int64_t position) const = 0;
  // What makes `after` of `before`. Without load levels if those are the ones that follow from
  // `before` (CarryLoadLevels).
  virtual std::string EncodeChange(const WatchedPool& before, int64_t base_position,
                                   const WatchedPool& after, int64_t position) const = 0;
};

// What the watchers of one pool are told, written once for all of them: the latest view, and the
// changes that led there for as far as they are remembered. So it costs next to nothing how many
// watch, and one that is slow is behind, not buffered: it goes on where it is, or with a full view.
//
// Thread-safe, without a lock; Publish and End are for one thread at a time.
class PoolFeed {
 public:
  // More changes than these, or larger ones, are not remembered.
  static constexpr size_t kMaxChanges = 256;
  static constexpr size_t kMaxChangeBytes = 1 << 20;

  explicit PoolFeed(const ViewEncoder& encoder) : encoder_(encoder) {}

  struct News {
    // Where the message leads.
    int64_t position = 0;
    std::shared_ptr<const std::string> message;
  };

  // The message for who is at `position`, 0 for who has nothing yet: the next change, or a full
  // view if the way from there is not known. nullopt if there is nothing new, or if a full view has
  // to be written first, which the next Publish does.
  std::optional<News> After(int64_t position);

  // Of the latest view; 0 before the first.
  int64_t position() const { return state_.Get()->position; }
  // OK while it goes on; then why it does not.
  absl::Status ended() const { return state_.Get()->ended; }

  // The latest view; nullopt before the first.
  std::optional<WatchedPool> Latest() const;
  // Whether somebody waits for a full view that is not written.
  bool full_is_wanted() const { return full_is_wanted_.load(); }
  // Takes in `pool`, unless it is what is published already, and writes a full view if somebody
  // wants one. Whether there is news for anybody.
  bool Publish(const WatchedPool& pool, int64_t position);
  // There will be no more, and this is why.
  void End(const absl::Status& why);

 private:
  struct Change {
    int64_t base = 0;
    News news;
  };
  // Never changed once published.
  struct State {
    // 0 before the first view.
    int64_t position = 0;
    WatchedPool pool;
    // The older ones first; each begins where the one before ended.
    std::vector<Change> changes;
    // The view in full, once somebody wanted it.
    std::shared_ptr<const std::string> full;
    absl::Status ended;
  };

  const ViewEncoder& encoder_;
  Published<State> state_{std::make_shared<const State>()};
  std::atomic<bool> full_is_wanted_ = false;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_POOL_FEED_H_
