#ifndef CONTROLPLANE_PLANNING_RETURNED_AGENTS_H_
#define CONTROLPLANE_PLANNING_RETURNED_AGENTS_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"
#include "controlplane/model/pool_view.h"

namespace bellwether {

// The agent that single_agent last returned to each client of a pool, which is the agent that the
// client uses. The agent that the client asks does not show this, since clients send Metadata
// requests to any broker that they know.
//
// Clients are identified by ClientHash, so several that share an id and an address are one. Clients
// that have not asked for kClientMemory are forgotten, and at most kMaxClients are kept: those that
// asked longest ago are removed first.
//
// Thread-safe; each call takes one of several locks for a few instructions.
class ReturnedAgents {
 public:
  static constexpr size_t kMaxClients = size_t{1} << 17;

  ReturnedAgents() = default;
  ~ReturnedAgents() { delete shards_.load(); }
  ReturnedAgents(const ReturnedAgents&) = delete;
  ReturnedAgents& operator=(const ReturnedAgents&) = delete;

  struct Returned {
    // Position in view.agents.
    uint32_t agent = 0;
    // When it was returned.
    MonotonicTime time;
    // How many answers in a row, each soon after the one before, went to new connections.
    uint32_t new_connections = 0;
  };

  // The agent last returned to the client; nullopt if it is not known or not in `view`.
  std::optional<Returned> Find(uint64_t client, const PoolView& view, MonotonicTime now) const;

  // Records the agent returned to the client: `returned.agent` is a position in `view`.
  void Record(uint64_t client, const Returned& returned, const PoolView& view);

 private:
  struct Entry {
    // StableHash of the agent's id, and its position in the view, where it usually still is.
    uint64_t agent = 0;
    uint32_t position = 0;
    MonotonicTime time;
    uint32_t new_connections = 0;
  };
  using Entries = absl::flat_hash_map<uint64_t, Entry>;

  // Two generations. When the young one is full or older than kClientMemory, the old one is dropped
  // and the young one takes its place. Entries that are used are copied to the young one.
  struct Shard {
    mutable Mutex mutex;
    Entries young ABSL_GUARDED_BY(mutex);
    Entries old ABSL_GUARDED_BY(mutex);
    MonotonicTime since ABSL_GUARDED_BY(mutex);
  };
  static constexpr size_t kShards = 16;
  static constexpr size_t kMaxYoung = kMaxClients / kShards / 2;
  using Shards = std::array<Shard, kShards>;

  // Made by the first Record, because most pools never need them.
  std::atomic<Shards*> shards_ = nullptr;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_RETURNED_AGENTS_H_
