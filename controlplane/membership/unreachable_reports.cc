#include "controlplane/membership/unreachable_reports.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "controlplane/base/stable_hash.h"

namespace bellwether {

void UnreachableReports::Await(Member& member, MonotonicTime now) {
  member.unheard_since_outage = true;
  until_ = std::max(until_, now + options_.lease_duration());
}

bool UnreachableReports::Note(const Heartbeat& heartbeat, const Member& reporter, Members& members,
                              MonotonicTime now) {
  if (now >= until_ || heartbeat.unreachable.empty()) return false;
  // Reports by agents that may not lead do not count: anyone with a key can register such agents.
  if (!CountsInMassFailure(reporter)) return false;
  bool is_news = false;
  for (const std::string& id : heartbeat.unreachable) {
    const auto found = members.find(id);
    if (found == members.end()) continue;
    Member& member = found->second;
    if (!member.unheard_since_outage || member.is_unreachable) continue;
    is_news = member.reported_by.insert(StableHash(heartbeat.agent.agent_id)).second || is_news;
  }
  // When thousands of agents report, readers must not pass over the pool for each.
  if (!is_news || now < seen_at_) return false;
  seen_at_ = now + options_.suspicion_delay;
  return true;
}

void UnreachableReports::Judge(Members& members, MonotonicTime now) const {
  if (now >= until_) return;
  size_t counted = 0;
  for (const auto& [id, member] : members) counted += CountsInMassFailure(member) ? 1 : 0;
  for (auto& [id, member] : members) {
    if (member.reported_by.empty()) continue;
    const size_t others = counted - (CountsInMassFailure(member) ? 1 : 0);
    const size_t reports = member.reported_by.size();
    if (2 * reports <= others || reports < std::min(others, size_t{2})) continue;
    member.is_unreachable = true;
    member.reported_by.clear();
  }
}

}  // namespace bellwether
