#include "controlplane/server/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "controlplane/base/fake_clock.h"

namespace bellwether {
namespace {

// Counts its calls.
class CountingQueue final : public QueueObserver {
 public:
  void OnQueued() override { ++queued; }
  void OnStarted(absl::Duration waited) override {
    ++started;
    if (waited == absl::Seconds(3)) ++waited_three_seconds;
  }
  void OnRefused() override { ++refused; }

  std::atomic<int> queued = 0;
  std::atomic<int> started = 0;
  std::atomic<int> refused = 0;
  std::atomic<int> waited_three_seconds = 0;
};

TEST(ThreadPoolTest, RefusesWhatItsQueueCannotHold) {
  FakeClock clock;
  CountingQueue queue;
  // Before the pool, so that they outlive the work that uses them.
  std::promise<void> started;
  std::promise<void> go_on;
  ThreadPool pool(clock, queue, /*threads=*/1, /*capacity=*/2);
  ASSERT_TRUE(pool.Submit([&] {
    started.set_value();
    go_on.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.Submit([] {}));
  EXPECT_TRUE(pool.Submit([] {}));
  EXPECT_FALSE(pool.Submit([] {}));
  clock.Advance(absl::Seconds(3));
  go_on.set_value();
  pool.Stop();
  EXPECT_EQ(queue.queued, 4);
  EXPECT_EQ(queue.started, 3);
  EXPECT_EQ(queue.refused, 1);
  EXPECT_EQ(queue.waited_three_seconds, 2);
}

TEST(ThreadPoolTest, StopDoesWhatIsWaitingAndTakesNoMore) {
  FakeClock clock;
  CountingQueue queue;
  std::atomic<int> done = 0;
  ThreadPool pool(clock, queue, /*threads=*/2, /*capacity=*/100);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(pool.Submit([&] { ++done; }));
  pool.Stop();
  EXPECT_EQ(done, 100);
  EXPECT_FALSE(pool.Submit([&] { ++done; }));
  EXPECT_EQ(done, 100);
}

}  // namespace
}  // namespace bellwether
