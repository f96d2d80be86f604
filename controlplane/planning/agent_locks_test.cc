#include "controlplane/planning/agent_locks.h"

#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace bellwether {
namespace {

TEST(AgentLocksTest, ChangesOfOneAgentDoNotOverlap) {
  AgentLocks turns;
  // Not atomic: concurrent increments lose counts, and ThreadSanitizer reports them.
  int count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2'000; ++i) {
        const AgentLocks::Lock turn(turns, "a");
        const int before = count;
        std::this_thread::yield();
        count = before + 1;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(count, 8'000);
}

TEST(AgentLocksTest, AgentsDoNotWaitForEachOther) {
  AgentLocks turns;
  const AgentLocks::Lock a(turns, "a");
  std::thread other([&turns] { const AgentLocks::Lock b(turns, "b"); });
  other.join();
}

}  // namespace
}  // namespace bellwether
