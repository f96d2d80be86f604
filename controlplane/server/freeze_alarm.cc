#include "controlplane/server/freeze_alarm.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/log.h"
#include "controlplane/membership/pool_members.h"

namespace bellwether {

void FreezeAlarm::Check(const AgentRegistry& registry) {
  absl::flat_hash_set<std::string> frozen;
  for (const std::shared_ptr<PoolMembers>& pool : registry.Pools()) {
    if (pool->frozen()) frozen.insert(pool->agent_pool_id());
  }
  for (const std::string& id : frozen) {
    if (frozen_.contains(id)) continue;
    Log(LogLevel::kError, "pool frozen",
        {{"agent_pool", id},
         {"freeze_limit", absl::FormatDuration(registry.options().freeze_limit)},
         {"remedy",
          "check this control plane and its network first; then drain the agents that have "
          "really stopped"}});
  }
  for (const std::string& id : frozen_) {
    if (frozen.contains(id)) continue;
    Log(LogLevel::kWarning, "pool unfrozen", {{"agent_pool", id}});
  }
  frozen_ = std::move(frozen);
}

}  // namespace bellwether
