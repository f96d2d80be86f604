#ifndef CONTROLPLANE_STORE_COMMIT_QUEUE_H_
#define CONTROLPLANE_STORE_COMMIT_QUEUE_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "absl/status/statusor.h"
#include "controlplane/base/mutex.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// Lets callers that wait for a slow disk share one write. A caller that finds the queue empty
// leads: it commits its own transaction; all transactions that arrive meanwhile are then committed
// together by the first of their callers. Needs no thread of its own. Thread-safe.
class CommitQueue {
 public:
  // A transaction in the queue, and its result.
  struct Ticket {
    const Transaction& transaction;
    absl::StatusOr<Revision> result;
    bool done = false;
    CondVar turn;
  };

  // Commits the transactions of `group` in their order and sets the result of each. Called on the
  // thread of one of the callers, never for two groups at the same time, without a lock.
  using CommitGroup = std::function<void(const std::vector<Ticket*>& group)>;

  explicit CommitQueue(CommitGroup commit_group);
  CommitQueue(const CommitQueue&) = delete;
  CommitQueue& operator=(const CommitQueue&) = delete;

  // Waits for, and returns, the result that CommitGroup set for `transaction`.
  absl::StatusOr<Revision> Commit(const Transaction& transaction);

  // The number of callers in Commit.
  int64_t pending() const;

 private:
  const CommitGroup commit_group_;
  mutable Mutex mutex_;
  // The tickets being committed, then those that wait. The caller of the first ticket leads.
  std::deque<Ticket*> tickets_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_COMMIT_QUEUE_H_
