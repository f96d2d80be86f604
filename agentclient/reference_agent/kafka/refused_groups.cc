#include "agentclient/reference_agent/kafka/refused_groups.h"

#include "absl/strings/str_cat.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether::kafka {
namespace {

// Lengths go first, so that no two clients have one text whatever bytes they send.
uint64_t KeyOf(absl::string_view client_address, absl::string_view client_id,
               absl::string_view group) {
  return StableHash(absl::StrCat(client_address.size(), ":", client_address, client_id.size(), ":",
                                 client_id, group));
}

}  // namespace

void RefusedGroups::Note(absl::string_view client_address, absl::string_view client_id,
                         absl::string_view group) {
  const uint64_t key = KeyOf(client_address, client_id, group);
  MutexLock lock(mutex_);
  if (last_heard_.size() >= kMaxClients && !last_heard_.contains(key)) last_heard_.clear();
  last_heard_[key] = clock_->MonotonicNow();
}

bool RefusedGroups::Renew(absl::string_view client_address, absl::string_view client_id,
                          absl::string_view group) {
  const uint64_t key = KeyOf(client_address, client_id, group);
  const MonotonicTime now = clock_->MonotonicNow();
  MutexLock lock(mutex_);
  const auto found = last_heard_.find(key);
  if (found == last_heard_.end()) return false;
  if (now - found->second > kMemory) {
    last_heard_.erase(found);
    return false;
  }
  found->second = now;
  return true;
}

}  // namespace bellwether::kafka
