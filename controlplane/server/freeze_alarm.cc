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
    Log(LogLevel::kError, "most agents of a pool fell silent at once: its leaders stay as they are",
        {{"agent_pool", id},
         {"freeze_limit", absl::FormatDuration(registry.options().freeze_limit)},
         {"remedy",
          "look first at this control plane and the network to it; drain agents that are "
          "really gone"}});
  }
  for (const std::string& id : frozen_) {
    if (frozen.contains(id)) continue;
    Log(LogLevel::kWarning, "the leaders of a pool follow its agents again", {{"agent_pool", id}});
  }
  frozen_ = std::move(frozen);
}

}  // namespace bellwether
