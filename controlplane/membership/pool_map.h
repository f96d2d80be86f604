#ifndef CONTROLPLANE_MEMBERSHIP_POOL_MAP_H_
#define CONTROLPLANE_MEMBERSHIP_POOL_MAP_H_

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/mutex.h"
#include "controlplane/base/published.h"

namespace bellwether {

// A map from pool ids to values. Thread-safe; only Insert and Erase lock.
//
// A shard is replaced as a whole when a pool is added or removed. There are many shards, so that
// adding 100 000 pools one by one copies little, and readers of different pools do not contend.
template <typename T>
class PoolMap {
 public:
  // The value of that pool, or nullptr.
  std::shared_ptr<T> Find(absl::string_view agent_pool_id) const {
    const std::shared_ptr<const Map> map = ShardOf(agent_pool_id).map.Get();
    const auto it = map->find(agent_pool_id);
    return it == map->end() ? nullptr : it->second;
  }

  // Inserts that value unless the pool has one. Returns the pool's value.
  std::shared_ptr<T> Insert(absl::string_view agent_pool_id, std::shared_ptr<T> value) {
    Shard& shard = ShardOf(agent_pool_id);
    MutexLock lock(shard.mutex);
    auto map = std::make_shared<Map>(*shard.map.Get());
    std::shared_ptr<T> result = map->try_emplace(agent_pool_id, std::move(value)).first->second;
    shard.map.Publish(std::move(map));
    return result;
  }

  // Does nothing if the pool has no value.
  void Erase(absl::string_view agent_pool_id) {
    EraseIf(agent_pool_id, [](const std::shared_ptr<T>&) { return true; });
  }
  // Does nothing if the pool has another value by now.
  void Erase(absl::string_view agent_pool_id, const std::shared_ptr<T>& value) {
    EraseIf(agent_pool_id, [&](const std::shared_ptr<T>& current) { return current == value; });
  }

  // Every value, in unspecified order.
  std::vector<std::shared_ptr<T>> All() const {
    std::vector<std::shared_ptr<T>> values;
    for (const Shard& shard : shards_) {
      for (const auto& [id, value] : *shard.map.Get()) values.push_back(value);
    }
    return values;
  }

 private:
  using Map = absl::flat_hash_map<std::string, std::shared_ptr<T>>;

  struct Shard {
    // Serialises writers.
    Mutex mutex;
    Published<Map> map{std::make_shared<const Map>()};
  };

  static constexpr size_t kShards = 512;

  template <typename Condition>
  void EraseIf(absl::string_view agent_pool_id, Condition condition) {
    Shard& shard = ShardOf(agent_pool_id);
    MutexLock lock(shard.mutex);
    const std::shared_ptr<const Map> old = shard.map.Get();
    const auto it = old->find(agent_pool_id);
    if (it == old->end() || !condition(it->second)) return;
    auto map = std::make_shared<Map>(*old);
    map->erase(agent_pool_id);
    shard.map.Publish(std::move(map));
  }

  static size_t ShardIndex(absl::string_view agent_pool_id) {
    return absl::Hash<absl::string_view>{}(agent_pool_id) % kShards;
  }
  Shard& ShardOf(absl::string_view id) { return shards_[ShardIndex(id)]; }
  const Shard& ShardOf(absl::string_view id) const { return shards_[ShardIndex(id)]; }

  std::array<Shard, kShards> shards_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_POOL_MAP_H_
