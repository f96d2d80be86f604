#include "controlplane/planning/returned_agents.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "controlplane/base/stable_hash.h"
#include "controlplane/planning/recent_clients.h"

namespace bellwether {
namespace {

// The agent's position in `view`; `hint` is its position when it was recorded.
std::optional<uint32_t> PositionOf(uint64_t agent, uint32_t hint, const PoolView& view) {
  if (hint < view.agents.size() && view.agents[hint]->hash == agent) return hint;
  const auto found = std::find_if(view.agents.begin(), view.agents.end(),
                                  [&](const auto& one) { return one->hash == agent; });
  if (found == view.agents.end()) return std::nullopt;
  return static_cast<uint32_t>(found - view.agents.begin());
}

}  // namespace

std::optional<ReturnedAgents::Returned> ReturnedAgents::Find(uint64_t client, const PoolView& view,
                                                             MonotonicTime now) const {
  const Shards* const shards = shards_.load(std::memory_order_acquire);
  if (shards == nullptr) return std::nullopt;
  const Shard& shard = (*shards)[Mix64(client) % kShards];
  Entry entry;
  {
    MutexLock lock(shard.mutex);
    auto found = shard.young.find(client);
    if (found == shard.young.end()) {
      found = shard.old.find(client);
      if (found == shard.old.end()) return std::nullopt;
    }
    entry = found->second;
  }
  if (now - entry.time > kClientMemory) return std::nullopt;
  const std::optional<uint32_t> position = PositionOf(entry.agent, entry.position, view);
  if (!position.has_value()) return std::nullopt;
  return Returned{*position, entry.time, entry.new_connections};
}

void ReturnedAgents::Record(uint64_t client, const Returned& returned, const PoolView& view) {
  const MonotonicTime now = returned.time;
  Shards* shards = shards_.load(std::memory_order_acquire);
  if (shards == nullptr) {
    auto made = std::make_unique<Shards>();
    // Otherwise another thread was first, and `shards` is that thread's.
    if (shards_.compare_exchange_strong(shards, made.get())) shards = made.release();
  }
  Shard& shard = (*shards)[Mix64(client) % kShards];
  const Entry entry{view.agents[returned.agent]->hash, returned.agent, now,
                    returned.new_connections};
  // Freed after the lock.
  Entries forgotten;
  MutexLock lock(shard.mutex);
  if (shard.young.size() >= kMaxYoung || now - shard.since > kClientMemory) {
    forgotten = std::exchange(shard.old, std::exchange(shard.young, {}));
    shard.since = now;
  }
  shard.young[client] = entry;
}

}  // namespace bellwether
