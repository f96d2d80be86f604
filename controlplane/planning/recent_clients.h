#ifndef CONTROLPLANE_PLANNING_RECENT_CLIENTS_H_
#define CONTROLPLANE_PLANNING_RECENT_CLIENTS_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "controlplane/assignment/plan.h"
#include "controlplane/assignment/plan_options.h"
#include "controlplane/base/clock.h"

namespace bellwether {

// Clients refresh their metadata every five minutes unless told otherwise: who has not asked for
// three times as long is gone.
inline constexpr absl::Duration kClientMemory = absl::Minutes(15);

// Who asked lately for one partition: a hash table of a fixed size that forgets.
//
// Thread-safe, without a lock. Of clients that ask at the very same moment one may be missed until
// it asks again. Once it is about full, who is new is left out.
class ClientTable {
 public:
  // Room for `clients` and as many again, so that they find a place.
  explicit ClientTable(size_t clients);

  bool HasRoomFor(size_t clients) const { return 2 * clients <= slots_.size(); }

  // Notes that the client (ClientHash) asked. Looks at kReach places at most, and writes nothing
  // where the client was noted shortly before.
  void Record(uint64_t client, MonotonicTime now);
  // Those who asked within kClientMemory before `now`, rising.
  std::vector<uint64_t> Seen(MonotonicTime now) const;

  // `other` notes all that this one has seen, as of when it saw them.
  void CopyTo(ClientTable& other) const;

 private:
  static constexpr size_t kReach = 16;

  // Of each: the client, 0 if nobody was here yet; and when it was last noted, in nanoseconds since
  // the clock's origin.
  struct Slot {
    std::atomic<uint64_t> client = 0;
    std::atomic<int64_t> seen = 0;
  };

  std::vector<Slot> slots_;
  const size_t mask_;
};

// Who asked lately for the partitions that a plan spreads: what decides whether their clients can
// be dealt. No more clients are kept than decide it (SpreadUse::clients), however many ask.
//
// It is told of clients by leader queries, which know the partition's position in the plan. Thread-
// safe, without a lock.
class RecentClients {
 public:
  // Goes on with what `before` knows of the partitions that were spread already; nullptr: nothing.
  // Of the others, clients that were dealt before count as seen now, so that a control plane that
  // starts does not take back the deal before they ask again.
  RecentClients(std::shared_ptr<const Plan> plan, const PlanOptions& options,
                const RecentClients* before, MonotonicTime now);

  // Whether that plan, and none that is merely equal, is the one it is for.
  bool IsFor(const std::shared_ptr<const Plan>& plan) const { return plan == plan_; }

  // `spread` is a position in Plan::spread of the plan it is for.
  void Record(size_t spread, uint64_t client, MonotonicTime now) const {
    tables_[spread]->Record(client, now);
  }
  // The same for a partition (PartitionHash); nothing happens if it is not spread.
  void RecordFor(uint64_t partition, uint64_t client, MonotonicTime now) const;
  // Those who asked for the partition (PartitionHash) within kClientMemory, rising; none if it is
  // not spread.
  std::vector<uint64_t> Seen(uint64_t partition, MonotonicTime now) const;

 private:
  const std::shared_ptr<const Plan> plan_;
  // By position in Plan::spread. Shared with those for the plans before and after.
  std::vector<std::shared_ptr<ClientTable>> tables_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_RECENT_CLIENTS_H_
