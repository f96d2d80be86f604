#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_REFUSED_GROUPS_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_REFUSED_GROUPS_H_

#include <cstddef>
#include <cstdint>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether::kafka {

// Remembers which clients tried to join a consumer group, which this agent does not support. A
// client requests the coordinator of its group before it is known whether it will join the group or
// only commit offsets, and only the answer to that request can carry an explanation. Memory is
// bounded. Thread-safe.
class RefusedGroups {
 public:
  // How long a client is remembered after its last request: longer than clients wait between two
  // attempts.
  static constexpr absl::Duration kMemory = absl::Seconds(30);
  // Above this number all clients are forgotten, and those that keep trying are recorded again.
  static constexpr size_t kMaxClients = 10'000;

  // `clock` must outlive it.
  explicit RefusedGroups(const Clock* clock) : clock_(clock) {}

  // Records that this client tried to join that group.
  void Note(absl::string_view client_address, absl::string_view client_id, absl::string_view group);
  // Whether the client tried within kMemory; if so, it is remembered for another kMemory.
  bool Renew(absl::string_view client_address, absl::string_view client_id,
             absl::string_view group);

 private:
  const Clock* const clock_;
  Mutex mutex_;
  // The time of the last request, by a hash of the three arguments.
  absl::flat_hash_map<uint64_t, MonotonicTime> last_heard_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_REFUSED_GROUPS_H_
