#include "controlplane/membership/agent_registry.h"

#include <string>
#include <utility>

namespace bellwether {

AgentRegistry::AgentRegistry(const Clock& clock, const MembershipOptions& options)
    : clock_(clock), options_(options) {}

void AgentRegistry::Add(const Registration& registration) {
  Pool(registration.agent_pool_id)->Add(registration, clock_.MonotonicNow());
}

void AgentRegistry::Restore(const Registration& registration) {
  Pool(registration.agent_pool_id)->Restore(registration, clock_.MonotonicNow());
}

void AgentRegistry::Remove(const AgentKey& key, int64_t epoch) {
  const std::shared_ptr<PoolMembers> pool = pools_.Find(key.agent_pool_id);
  if (pool != nullptr) pool->Remove(key.agent_id, epoch);
}

void AgentRegistry::RemovePool(absl::string_view agent_pool_id) { pools_.Erase(agent_pool_id); }

void AgentRegistry::SetLeaving(const AgentKey& key, int64_t epoch, bool restarting) {
  const std::shared_ptr<PoolMembers> pool = pools_.Find(key.agent_pool_id);
  if (pool != nullptr) pool->SetLeaving(key.agent_id, epoch, restarting, clock_.MonotonicNow());
}

void AgentRegistry::SetRestarting(const AgentKey& key, int64_t epoch) {
  const std::shared_ptr<PoolMembers> pool = pools_.Find(key.agent_pool_id);
  if (pool != nullptr) pool->SetRestarting(key.agent_id, epoch, clock_.MonotonicNow());
}

void AgentRegistry::SetDraining(const AgentKey& key, bool draining) {
  const std::shared_ptr<PoolMembers> pool = pools_.Find(key.agent_pool_id);
  if (pool != nullptr) pool->SetDraining(key.agent_id, draining);
}

void AgentRegistry::NoteBrokenStream(const AgentKey& key, int64_t epoch,
                                     MonotonicTime last_heartbeat) {
  const std::shared_ptr<PoolMembers> pool = pools_.Find(key.agent_pool_id);
  if (pool != nullptr) {
    pool->NoteBrokenStream(key.agent_id, epoch, last_heartbeat, clock_.MonotonicNow());
  }
}

void AgentRegistry::NoteStall(absl::Duration stall) {
  if (stall < options_.heartbeat_interval) return;
  for (const std::shared_ptr<PoolMembers>& pool : pools_.All()) {
    pool->IgnoreBrokenStreams(clock_.MonotonicNow());
  }
}

absl::StatusOr<HeartbeatReply> AgentRegistry::RecordHeartbeat(Heartbeat heartbeat,
                                                              MonotonicTime arrived) {
  // Not Pool(): heartbeats must not create pools.
  const std::shared_ptr<PoolMembers> pool = pools_.Find(heartbeat.agent.agent_pool_id);
  if (pool != nullptr) return pool->RecordHeartbeat(std::move(heartbeat), arrived);
  unknown_agent_heartbeats_.fetch_add(1, std::memory_order_relaxed);
  HeartbeatReply reply;
  reply.next_heartbeat_after = options_.heartbeat_interval;
  reply.reregister = true;
  return reply;
}

absl::StatusOr<HeartbeatReply> AgentRegistry::RecordHeartbeat(Heartbeat heartbeat) {
  return RecordHeartbeat(std::move(heartbeat), clock_.MonotonicNow());
}

std::shared_ptr<PoolMembers> AgentRegistry::Pool(absl::string_view agent_pool_id) {
  std::shared_ptr<PoolMembers> pool = pools_.Find(agent_pool_id);
  if (pool != nullptr) return pool;
  return pools_.Insert(
      agent_pool_id, std::make_shared<PoolMembers>(std::string(agent_pool_id), options_, &fleet_));
}

std::vector<std::shared_ptr<PoolMembers>> AgentRegistry::Pools() const { return pools_.All(); }

}  // namespace bellwether
