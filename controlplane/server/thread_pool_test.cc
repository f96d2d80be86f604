#include "controlplane/server/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace bellwether {
namespace {

TEST(ThreadPoolTest, RefusesWhatItsQueueCannotHold) {
  // Before the pool, so that they outlive the work that uses them.
  std::promise<void> started;
  std::promise<void> go_on;
  ThreadPool pool(/*threads=*/1, /*capacity=*/2);
  ASSERT_TRUE(pool.Submit([&] {
    started.set_value();
    go_on.get_future().wait();
  }));
  started.get_future().wait();
  EXPECT_TRUE(pool.Submit([] {}));
  EXPECT_TRUE(pool.Submit([] {}));
  EXPECT_FALSE(pool.Submit([] {}));
  go_on.set_value();
}

TEST(ThreadPoolTest, StopDoesWhatIsWaitingAndTakesNoMore) {
  std::atomic<int> done = 0;
  ThreadPool pool(/*threads=*/2, /*capacity=*/100);
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(pool.Submit([&] { ++done; }));
  pool.Stop();
  EXPECT_EQ(done, 100);
  EXPECT_FALSE(pool.Submit([&] { ++done; }));
  EXPECT_EQ(done, 100);
}

}  // namespace
}  // namespace bellwether
