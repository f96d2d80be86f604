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

// A limit on the bytes that all connections of a server hold together: partly received requests,
// requests in progress, and responses that the client has not read yet.
//
// A connection reserves memory before it allocates it. If there is no room, the connection waits
// and is not read. While a connection waits, the budget cuts off connections that have made no
// progress for Options::stall, until the memory that they hold is enough: first the connection with
// the largest product of bytes held and time without progress, even if that connection waits
// itself. It cuts off none if all stalled connections together do not hold enough. So a budget that
// is full of unfinished requests always becomes free again.
//
// A quarter of the budget is reserved for connections that hold at most kSmallBytes: while a few
// connections hold large requests, small requests do not wait. Large requests are served in the
// order in which they began to wait.
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
    // The bytes that the connection waits for are now reserved.
    std::function<void()> on_room;
    // The connection must close, so that others get its memory.
    std::function<void()> on_cut_off;
  };

  enum class Grant {
    kGranted,
    // on_room follows, unless the connection is cut off or closes first.
    kWaiting,
    // The request exceeds most_bytes().
    kNever,
  };

  // `clock` must outlive it.
  MemoryBudget(const Options& options, const Clock* clock) : options_(options), clock_(clock) {}

  // Adds a connection that holds nothing, and returns its number.
  uint64_t Open(Callbacks callbacks);
  // Removes the connection and releases all that it holds.
  void Close(uint64_t number);

  // Sets the total that the connection holds to `bytes`, or makes it wait until that is possible. A
  // reduction is always granted. REQUIRES: the connection does not wait.
  Grant Reserve(uint64_t number, int64_t bytes);
  // Records that the connection holds `bytes` in total, even if there is no room.
  void Record(uint64_t number, int64_t bytes);
  // Records that the peer has sent or read a considerable part.
  void RecordProgress(uint64_t number);
  // While the server processes a request of the connection, cutting it off would free nothing.
  void SetInWork(uint64_t number, bool in_work);
  // Cuts off stalled connections if others wait. Only this method does so: call it several times
  // within Options::stall.
  void CutOffStalled();

  // The most that one connection may hold.
  int64_t most_bytes() const { return LimitFor(kSmallBytes + 1); }
  int64_t held() const;
  int64_t waiting() const;
  // The number of connections that were cut off since the start.
  int64_t cut_offs() const;

 private:
  struct Connection {
    Callbacks callbacks;
    int64_t held = 0;
    // Greater than `held` while the connection waits.
    int64_t wanted = 0;
    MonotonicTime last_progress;
    bool in_work = false;
    bool cut_off = false;
    bool waits = false;
    // Position in the queue of its size, while it waits.
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
  // Grants memory to waiting connections, as far as there is some.
  void Serve(MonotonicTime now, Actions& actions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Cuts off stalled connections so that the first of each queue gets room. Examines all
  // connections, so requests do not call it.
  void MakeRoom(MonotonicTime now, Actions& actions) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Cuts off stalled connections until `missing` bytes are about to become free. If that is
  // impossible, cuts off none.
  void CutOff(int64_t missing, MonotonicTime now, Actions& actions)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Options options_;
  const Clock* const clock_;

  mutable Mutex mutex_;
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<uint64_t, Connection> connections_ ABSL_GUARDED_BY(mutex_);
  // The connections that wait, for small and for large requests, in the order in which they began.
  std::list<uint64_t> small_waiting_ ABSL_GUARDED_BY(mutex_);
  std::list<uint64_t> large_waiting_ ABSL_GUARDED_BY(mutex_);
  int64_t held_ ABSL_GUARDED_BY(mutex_) = 0;
  // Bytes held by connections that were cut off but have not closed yet.
  int64_t leaving_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t cut_offs_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_MEMORY_BUDGET_H_
