#include "controlplane/planning/enrollment.h"

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

// Each costs a commit; an ordinary disk makes a few hundred a second.
constexpr size_t kSlice = 256;
// These share one commit.
constexpr size_t kJoinedSlice = 1'024;

}  // namespace

Enrollment::Enrollment(Registrations& registrations, AgentRegistry& registry)
    : registrations_(registrations), registry_(registry) {}

absl::Status Enrollment::Restore() {
  ASSIGN_OR_RETURN(const std::vector<Registration> stored, registrations_.List());
  for (const Registration& registration : stored) registry_.Restore(registration);
  return absl::OkStatus();
}

absl::StatusOr<Registration> Enrollment::Register(const AgentSpec& spec,
                                                  const std::string& agent_pool,
                                                  const std::string& virtual_cluster) {
  const AgentLocks::Lock turn(turns_, spec.agent_id);
  ASSIGN_OR_RETURN(const Registration registration,
                   registrations_.Register(spec, agent_pool, virtual_cluster));
  registry_.Add(registration);
  return registration;
}

absl::Status Enrollment::Deregister(const AgentKey& key, int64_t epoch) {
  const AgentLocks::Lock turn(turns_, key.agent_id);
  RETURN_IF_ERROR(registrations_.Deregister(key, epoch));
  registry_.Remove(key, epoch);
  return absl::OkStatus();
}

absl::Status Enrollment::AnnounceDeparture(const AgentKey& key, int64_t epoch, bool restarting) {
  const AgentLocks::Lock turn(turns_, key.agent_id);
  RETURN_IF_ERROR(registrations_.AnnounceDeparture(key, epoch, restarting));
  registry_.SetLeaving(key, epoch, restarting);
  return absl::OkStatus();
}

absl::Status Enrollment::AnnounceRestart(const AgentKey& key, int64_t epoch) {
  const AgentLocks::Lock turn(turns_, key.agent_id);
  RETURN_IF_ERROR(registrations_.AnnounceRestart(key, epoch));
  registry_.SetRestarting(key, epoch);
  return absl::OkStatus();
}

absl::StatusOr<Registration> Enrollment::SetDraining(const AgentKey& key, bool draining) {
  const AgentLocks::Lock turn(turns_, key.agent_id);
  ASSIGN_OR_RETURN(const Registration registration, registrations_.SetDraining(key, draining));
  registry_.SetDraining(key, draining);
  return registration;
}

absl::Status Enrollment::RecordJoined() {
  if (!registry_.ExpectsJoined()) return absl::OkStatus();
  const MonotonicTime now = registry_.clock().MonotonicNow();
  absl::Status result;
  for (const std::shared_ptr<PoolMembers>& pool : registry_.Pools()) {
    std::vector<std::pair<AgentKey, int64_t>> joined;
    for (const Registration& run : pool->NewlyJoined(now, kJoinedSlice)) {
      joined.emplace_back(AgentKey{run.agent_pool_id, run.spec.agent_id}, run.epoch);
    }
    if (joined.empty()) continue;
    const absl::Status stored = registrations_.MarkJoined(joined);
    // Every pool is asked, so that each reports whether it expects more.
    if (!stored.ok()) {
      result = stored;
      continue;
    }
    for (const auto& [key, epoch] : joined) pool->MarkJoined(key.agent_id, epoch);
  }
  return result;
}

absl::Status Enrollment::SweepDead() {
  const MonotonicTime now = registry_.clock().MonotonicNow();
  for (const std::shared_ptr<PoolMembers>& pool : registry_.Pools()) {
    for (const Registration& dead : pool->NewlyDead(now, kSlice)) {
      const AgentKey key{dead.agent_pool_id, dead.spec.agent_id};
      const AgentLocks::Lock turn(turns_, key.agent_id);
      // It may have registered again since the list was made.
      if (!pool->IsDead(key.agent_id, dead.epoch, now)) continue;
      RETURN_IF_ERROR(registrations_.MarkDead(key, dead.epoch));
      pool->MarkDead(key.agent_id, dead.epoch, now);
    }
    for (const Registration& dead : pool->LongDead(now, kSlice)) {
      const AgentKey key{dead.agent_pool_id, dead.spec.agent_id};
      const AgentLocks::Lock turn(turns_, key.agent_id);
      if (!pool->IsDead(key.agent_id, dead.epoch, now)) continue;
      const absl::Status status = registrations_.Deregister(key, dead.epoch);
      // A later run may be stored that never arrived here: its commit seemed to fail.
      if (!status.ok() && GetReason(status) != Reason::kStaleAgentEpoch) return status;
      pool->Remove(key.agent_id, dead.epoch);
    }
  }
  return absl::OkStatus();
}

}  // namespace bellwether
