#include "controlplane/planning/returned_agents.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/planning/recent_clients.h"

namespace bellwether {
namespace {

PoolView MakeView(const std::vector<std::string>& agent_ids) {
  PoolView view;
  for (const std::string& id : agent_ids) {
    ViewAgent agent;
    agent.registration.spec.agent_id = id;
    agent.hash = StableHash(id);
    view.agents.push_back(std::make_shared<const ViewAgent>(agent));
  }
  return view;
}

MonotonicTime At(double seconds) { return MonotonicTime::SinceOrigin(absl::Seconds(seconds)); }

TEST(ReturnedAgentsTest, TheLastAgentOfEachClientIsKnown) {
  ReturnedAgents returned;
  const PoolView view = MakeView({"a", "b", "c"});
  EXPECT_FALSE(returned.Find(1, view, At(0)).has_value());
  returned.Record(1, {0, At(1)}, view);
  returned.Record(2, {1, At(1)}, view);
  returned.Record(1, {2, At(2)}, view);
  EXPECT_EQ(returned.Find(1, view, At(3))->agent, 2u);
  EXPECT_EQ(returned.Find(1, view, At(3))->time, At(2));
  EXPECT_EQ(returned.Find(2, view, At(3))->agent, 1u);
  EXPECT_FALSE(returned.Find(3, view, At(3)).has_value());
}

TEST(ReturnedAgentsTest, AnAgentIsFoundWhereItIsByNow) {
  ReturnedAgents returned;
  returned.Record(1, {1, At(0)}, MakeView({"a", "b", "c"}));
  EXPECT_EQ(returned.Find(1, MakeView({"b", "c"}), At(1))->agent, 0u);
  EXPECT_EQ(returned.Find(1, MakeView({"0", "a", "b"}), At(1))->agent, 2u);
  EXPECT_FALSE(returned.Find(1, MakeView({"a", "c"}), At(1)).has_value());
}

TEST(ReturnedAgentsTest, AClientThatHasNotAskedForLongIsForgotten) {
  ReturnedAgents returned;
  const PoolView view = MakeView({"a", "b"});
  const MonotonicTime end = At(0) + kClientMemory;
  returned.Record(1, {1, At(0)}, view);
  EXPECT_TRUE(returned.Find(1, view, end).has_value());
  EXPECT_FALSE(returned.Find(1, view, end + absl::Seconds(1)).has_value());
}

TEST(ReturnedAgentsTest, NumberOfClientsIsBoundedAndTheLatestAreKept) {
  ReturnedAgents returned;
  const PoolView view = MakeView({"a", "b"});
  constexpr uint64_t kClients = 4 * ReturnedAgents::kMaxClients;
  for (uint64_t client = 1; client <= kClients; ++client) {
    returned.Record(Mix64(client), {1, At(static_cast<double>(client) * 1e-6)}, view);
  }
  uint64_t known = 0;
  for (uint64_t client = 1; client <= kClients; ++client) {
    known += returned.Find(Mix64(client), view, At(1)).has_value() ? 1 : 0;
  }
  EXPECT_LE(known, ReturnedAgents::kMaxClients);
  EXPECT_GT(known, ReturnedAgents::kMaxClients / 3);
  EXPECT_TRUE(returned.Find(Mix64(kClients), view, At(1)).has_value());
  EXPECT_FALSE(returned.Find(Mix64(1), view, At(1)).has_value());
}

TEST(ReturnedAgentsTest, ManyThreadsMayFindAndRecord) {
  ReturnedAgents returned;
  const PoolView view = MakeView({"a", "b", "c", "d"});
  std::vector<std::thread> threads;
  for (uint32_t thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      for (uint64_t i = 0; i < 5'000; ++i) {
        const uint64_t client = Mix64(i * 4 + thread);
        returned.Record(client, {thread, At(0)}, view);
        EXPECT_EQ(returned.Find(client, view, At(0))->agent, thread);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace bellwether
