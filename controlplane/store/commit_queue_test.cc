#include "controlplane/store/commit_queue.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "controlplane/base/mutex.h"

namespace bellwether {
namespace {

// A disk whose first commit is slow: it blocks until the test lets it continue.
class SlowDisk {
 public:
  void CommitGroup(const std::vector<CommitQueue::Ticket*>& group) {
    MutexLock lock(mutex_);
    ++running_;
    EXPECT_EQ(running_, 1) << "two groups at the same time";
    group_sizes_.push_back(group.size());
    changed_.NotifyAll();
    while (!may_go_on_) changed_.Wait(mutex_);
    for (CommitQueue::Ticket* ticket : group) {
      if (ticket->transaction.mutations.empty()) {
        ticket->result = absl::AbortedError("nothing to do");
      } else {
        ticket->result = ++latest_;
        keys_.push_back(ticket->transaction.mutations.front().key);
      }
    }
    --running_;
  }
  void WaitUntilBusy() {
    MutexLock lock(mutex_);
    while (group_sizes_.empty()) changed_.Wait(mutex_);
  }
  void GoOn() {
    MutexLock lock(mutex_);
    may_go_on_ = true;
    changed_.NotifyAll();
  }
  std::vector<size_t> group_sizes() {
    MutexLock lock(mutex_);
    return group_sizes_;
  }
  std::vector<std::string> keys() {
    MutexLock lock(mutex_);
    return keys_;
  }

 private:
  Mutex mutex_;
  CondVar changed_;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  bool may_go_on_ ABSL_GUARDED_BY(mutex_) = false;
  Revision latest_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<size_t> group_sizes_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> keys_ ABSL_GUARDED_BY(mutex_);
};

class CommitQueueTest : public testing::Test {
 protected:
  void WaitForPending(int64_t pending) {
    while (queue_.pending() < pending) std::this_thread::yield();
  }

  SlowDisk disk_;
  CommitQueue queue_{
      [this](const std::vector<CommitQueue::Ticket*>& group) { disk_.CommitGroup(group); }};
};

TEST_F(CommitQueueTest, AllThatWaitedAreOneGroupInTheOrderTheyCame) {
  std::vector<absl::StatusOr<Revision>> results(6, absl::UnknownError("not run"));
  std::vector<std::thread> callers;
  for (int i = 0; i < 6; ++i) {
    callers.emplace_back([this, i, &results] {
      results[i] = queue_.Commit({{}, {{std::string(1, static_cast<char>('a' + i)), "v"}}});
    });
    WaitForPending(i + 1);
    if (i == 0) disk_.WaitUntilBusy();
  }
  disk_.GoOn();
  for (std::thread& caller : callers) caller.join();

  EXPECT_EQ(disk_.group_sizes(), (std::vector<size_t>{1, 5}));
  EXPECT_EQ(disk_.keys(), (std::vector<std::string>{"a", "b", "c", "d", "e", "f"}));
  for (int i = 0; i < 6; ++i) EXPECT_EQ(results[i].value_or(-1), i + 1);
  EXPECT_EQ(queue_.pending(), 0);
}

TEST_F(CommitQueueTest, EachMemberOfAGroupGetsItsOwnResult) {
  absl::StatusOr<Revision> refused = 0;
  absl::StatusOr<Revision> taken = absl::UnknownError("not run");
  std::thread first([this] { EXPECT_TRUE(queue_.Commit({{}, {{"a", "v"}}}).ok()); });
  disk_.WaitUntilBusy();
  std::thread second([this, &refused] { refused = queue_.Commit({}); });
  WaitForPending(2);
  std::thread third([this, &taken] { taken = queue_.Commit({{}, {{"b", "v"}}}); });
  WaitForPending(3);
  disk_.GoOn();
  first.join();
  second.join();
  third.join();
  EXPECT_EQ(disk_.group_sizes(), (std::vector<size_t>{1, 2}));
  EXPECT_TRUE(absl::IsAborted(refused.status())) << refused.status();
  EXPECT_EQ(taken.value_or(-1), 2);
}

TEST_F(CommitQueueTest, NobodyIsForgottenWhenManyComeAndGo) {
  disk_.GoOn();
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([this] {
      for (int n = 0; n < 500; ++n) EXPECT_TRUE(queue_.Commit({{}, {{"k", "v"}}}).ok());
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(disk_.keys().size(), 8 * 500);
  EXPECT_EQ(queue_.pending(), 0);
}

}  // namespace
}  // namespace bellwether
