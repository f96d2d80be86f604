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

// By default clients refresh their metadata every five minutes; a client that has not asked for
// three times as long is assumed to be gone.
inline constexpr absl::Duration kClientMemory = absl::Minutes(15);

// The clients that recently asked for one partition: a hash table of a fixed size whose entries
// expire.
//
// Thread-safe, without a lock. If several clients ask at the same moment, one may be missed until
// it asks again. A table that is nearly full leaves new clients out.
class ClientTable {
 public:
  // Has room for `clients`, and for as many again to keep probing short.
  explicit ClientTable(size_t clients);

  bool HasRoomFor(size_t clients) const { return 2 * clients <= slots_.size(); }

  // Records that the client (ClientHash) asked. Examines at most kReach places, and writes nothing
  // if the client was recorded shortly before.
  void Record(uint64_t client, MonotonicTime now);
  // The clients that asked within kClientMemory before `now`, rising.
  std::vector<uint64_t> Seen(MonotonicTime now) const;

  // Copies all entries, with their times, to `other`.
  void CopyTo(ClientTable& other) const;

 private:
  static constexpr size_t kReach = 16;

  // The client, 0 if the place is empty; and when it was last recorded, in nanoseconds since the
  // clock's origin.
  struct Slot {
    std::atomic<uint64_t> client = 0;
    std::atomic<int64_t> seen = 0;
  };

  std::vector<Slot> slots_;
  const size_t mask_;
};

// The clients that recently asked for the partitions that a plan spreads. They decide whether a
// partition's clients are few enough to be assigned; no more clients are kept than that decision
// needs (SpreadUse::clients).
//
// Leader queries record the clients, since they know the partition's position in the plan.
// Thread-safe, without a lock.
class RecentClients {
 public:
  // Keeps the clients that `before` (may be nullptr) has of partitions that were spread already.
  // For the other partitions, clients that were assigned before count as seen now, so that a
  // control plane that starts does not drop assignments before the clients ask again.
  RecentClients(std::shared_ptr<const Plan> plan, const PlanOptions& options,
                const RecentClients* before, MonotonicTime now);

  // Whether it belongs to that plan; an equal plan that is another object does not count.
  bool IsFor(const std::shared_ptr<const Plan>& plan) const { return plan == plan_; }

  // `spread` is a position in Plan::spread of its plan.
  void Record(size_t spread, uint64_t client, MonotonicTime now) const {
    tables_[spread]->Record(client, now);
  }
  // As Record, by PartitionHash; does nothing if the partition is not spread.
  void RecordFor(uint64_t partition, uint64_t client, MonotonicTime now) const;
  // The clients that asked for the partition (PartitionHash) within kClientMemory, rising; empty if
  // it is not spread.
  std::vector<uint64_t> Seen(uint64_t partition, MonotonicTime now) const;

 private:
  const std::shared_ptr<const Plan> plan_;
  // By position in Plan::spread. Shared with the objects for the plans before and after.
  std::vector<std::shared_ptr<ClientTable>> tables_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_RECENT_CLIENTS_H_
