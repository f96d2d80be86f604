#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_MEMORY_BUDGET_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_MEMORY_BUDGET_H_

#include <cstdint>
#include <functional>
#include <list>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether::kafka {

// One bound for the bytes that all connections of a server hold together: requests that have
// arrived in part, requests in work, and responses that the client has not read yet.
//
// A connection reserves memory before it allocates it. Where there is no room, the connection waits
// and is not read. While a connection waits, the budget cuts off connections that have made no
// progress for Options::stall, until what they hold is enough: the connection with the largest
// product of bytes held and time without progress first, also if that connection waits itself. It
// cuts off none if all stalled connections together do not hold enough. So a budget that is full of
// unfinished requests always becomes free again.
//
// A quarter of the budget is for connections that hold at most kSmallBytes: while a few connections
// hold large requests, small requests do not wait. Large requests are served in the order in which
// they began to wait.
//
// Thread-safe. Callbacks are called without a lock, on the thread of the call that caused them,
// which may belong to another connection.
class MemoryBudget {
 public:
  struct Options {
    int64_t bytes = int64_t{256} << 20;
    // A connection that has made no progress for this long may be cut off if another one waits.
    absl::Duration stall = absl::Seconds(1);
  };

  static constexpr int64_t kSmallBytes = 256 << 10;

  struct Callbacks {
    // The bytes that the connection waits for are reserved now.
    std::function<void()> on_room;
    // The connection is to close, so that others get its memory.
    std::function<void()> on_cut_off;
  };

  enum class Grant {
    kGranted,
    // on_room follows, unless the connection is cut off or closes before.
    kWaiting,
    // More than most_bytes().
    kNever,
  };

  // `clock` must outlive it.
  MemoryBudget(const Options& options, const Clock* clock) : options_(options), clock_(clock) {}

  // Adds a connection that holds nothing; its number.
  uint64_t Open(Callbacks callbacks);
  // Removes it and gives back all that it holds.
  void Close(uint64_t number);

  // Makes `bytes` what the connection holds in all, or lets it wait until it can. Less than before
  // is always granted. REQUIRES: the connection does not wait.
  Grant Reserve(uint64_t number, int64_t bytes);
  // Notes that the connection holds `bytes` in all, whether there is room or not.
  void Record(uint64_t number, int64_t bytes);
  // The peer has sent or read a considerable part.
  void RecordProgress(uint64_t number);
  // While the server works on a request of the connection, cutting it off would free nothing.
  void SetInWork(uint64_t number, bool in_work);
  // Cuts off stalled connections if others wait. Nothing else does, so call it several times in
  // Options::stall.
  void CutOffStalled();

  // The most that one connection may hold.
  int64_t most_bytes() const { return LimitFor(kSmallBytes + 1); }
  int64_t held() const;
  int64_t waiting() const;
  // How many connections were cut off since the start.
  int64_t cut_offs() const;

 private:
  struct Connection {
    Callbacks callbacks;
    int64_t held = 0;
    // More than `held` while the connection waits.
    int64_t wanted = 0;
    MonotonicTime last_progress;
    bool in_work = false;
    bool cut_off = false;
    bool waits = false;
    // In the queue of its size, while it waits.
    std::list<uint64_t>::iterator place;
  };
  using Actions = std::vector<std::function<void()>>;

  int64_t LimitFor(int64_t bytes) const {
    return bytes <= kSmallBytes ? options_.bytes : options_.bytes - options_.bytes / 4;
  }
  void SetHeld(Connection& connection, int64_t bytes, MonotonicTime now, Actions& actions)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool Fits(const Connection& connection, int64_t bytes) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::list<uint64_t>& QueueFor(int64_t bytes) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return bytes <= kSmallBytes ? small_waiting_ : large_waiting_;
  }
  void BeginWaiting(uint64_t number, Connection& connection) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void EndWaiting(Connection& connection) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Gives room to the connections that wait, as far as there is some.
  void Serve(MonotonicTime now, Actions& actions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Cuts off stalled connections so that the first of each queue gets room. Looks at all
  // connections, so requests do not call it.
  void MakeRoom(MonotonicTime now, Actions& actions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Cuts off stalled connections until `missing` bytes are about to become free, or none.
  void CutOff(int64_t missing, MonotonicTime now, Actions& actions)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  const Clock* const clock_;

  mutable Mutex mutex_;
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<uint64_t, Connection> connections_ ABSL_GUARDED_BY(mutex_);
  // Those that wait for small and for large requests, in the order in which they began to.
  std::list<uint64_t> small_waiting_ ABSL_GUARDED_BY(mutex_);
  std::list<uint64_t> large_waiting_ ABSL_GUARDED_BY(mutex_);
  int64_t held_ ABSL_GUARDED_BY(mutex_) = 0;
  // What connections hold that were cut off and have not closed yet.
  int64_t leaving_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t cut_offs_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_MEMORY_BUDGET_H_
