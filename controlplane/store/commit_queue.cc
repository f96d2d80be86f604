#include "controlplane/store/commit_queue.h"

#include <utility>

#include "absl/status/status.h"

namespace bellwether {

CommitQueue::CommitQueue(CommitGroup commit_group) : commit_group_(std::move(commit_group)) {}

absl::StatusOr<Revision> CommitQueue::Commit(const Transaction& transaction) {
  Ticket ticket{transaction, absl::InternalError("the group left a transaction out"), false, {}};
  std::vector<Ticket*> group;
  {
    MutexLock lock(mutex_);
    tickets_.push_back(&ticket);
    while (!ticket.done && tickets_.front() != &ticket) ticket.turn.Wait(mutex_);
    if (ticket.done) return std::move(ticket.result);
    group.assign(tickets_.begin(), tickets_.end());
  }
  commit_group_(group);
  {
    MutexLock lock(mutex_);
    // Woken under the lock: a ticket is gone as soon as its caller gets on.
    for (Ticket* member : group) {
      tickets_.pop_front();
      member->done = true;
      if (member != &ticket) member->turn.NotifyOne();
    }
    if (!tickets_.empty()) tickets_.front()->turn.NotifyOne();
  }
  return std::move(ticket.result);
}

int64_t CommitQueue::pending() const {
  MutexLock lock(mutex_);
  return static_cast<int64_t>(tickets_.size());
}

}  // namespace bellwether
