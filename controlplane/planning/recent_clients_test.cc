#include "controlplane/planning/recent_clients.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "controlplane/base/stable_hash.h"

namespace bellwether {
namespace {

constexpr uint64_t kHot = 7;

MonotonicTime At(absl::Duration time) { return MonotonicTime::SinceOrigin(time); }

std::vector<uint64_t> Clients(uint64_t count, uint64_t first = 1) {
  std::vector<uint64_t> clients;
  for (uint64_t i = 0; i < count; ++i) clients.push_back(Mix64(first + i));
  std::sort(clients.begin(), clients.end());
  return clients;
}

// A plan that spreads kHot over that many agents.
std::shared_ptr<const Plan> PlanWith(size_t members,
                                     std::vector<AssignedClient> assigned_clients = {}) {
  Plan plan;
  Spread spread;
  spread.partition = kHot;
  for (size_t i = 0; i < members; ++i) {
    plan.agents.push_back({Mix64(i)});
    spread.members.push_back(static_cast<AgentPosition>(i));
  }
  spread.assigned_clients = std::move(assigned_clients);
  plan.spread.push_back(std::move(spread));
  return std::make_shared<const Plan>(std::move(plan));
}

TEST(ClientTable, RemembersWhoAskedAndForgetsAfterAWhile) {
  ClientTable table(64);
  for (const uint64_t client : Clients(64)) table.Record(client, At(absl::Minutes(1)));
  EXPECT_EQ(table.Seen(At(absl::Minutes(1))), Clients(64));
  table.Record(Clients(64)[5], At(absl::Minutes(10)));
  EXPECT_EQ(table.Seen(At(absl::Minutes(16))), Clients(64));
  const MonotonicTime later = At(absl::Minutes(16) + absl::Nanoseconds(1));
  EXPECT_EQ(table.Seen(later), std::vector<uint64_t>{Clients(64)[5]});
}

TEST(ClientTable, PlacesOfTheForgottenAreTakenByOthers) {
  ClientTable table(64);
  for (uint64_t round = 0; round < 50; ++round) {
    const MonotonicTime now = At(round * (kClientMemory + absl::Seconds(1)));
    const std::vector<uint64_t> clients = Clients(64, 1 + 1'000 * round);
    for (const uint64_t client : clients) table.Record(client, now);
    EXPECT_EQ(table.Seen(now), clients);
  }
}

TEST(ClientTable, ThousandsOfClientsFillItAndNoMore) {
  ClientTable table(64);
  for (const uint64_t client : Clients(10'000)) table.Record(client, At(absl::Minutes(1)));
  const size_t seen = table.Seen(At(absl::Minutes(1))).size();
  EXPECT_GE(seen, 64u);
  EXPECT_LE(seen, 128u);
}

TEST(RecentClients, GoesOnWhenThePlanChanges) {
  const MonotonicTime now = At(absl::Minutes(1));
  const RecentClients two(PlanWith(2), PlanOptions(), nullptr, now);
  for (const uint64_t client : Clients(30)) two.Record(0, client, now);
  const RecentClients same(PlanWith(2), PlanOptions(), &two, now);
  EXPECT_EQ(same.Seen(kHot, now), Clients(30));
  const RecentClients more(PlanWith(9), PlanOptions(), &same, now);
  EXPECT_EQ(more.Seen(kHot, now), Clients(30));
  for (const uint64_t client : Clients(144)) more.Record(0, client, now);
  EXPECT_EQ(more.Seen(kHot, now), Clients(144)) << "16 for each leader";
  const MonotonicTime later = now + kClientMemory + absl::Seconds(1);
  EXPECT_TRUE(more.Seen(kHot, later).empty()) << "copied as of when they were seen";
  EXPECT_TRUE(more.Seen(kHot + 1, now).empty()) << "not spread";
}

TEST(RecentClients, WhoWasAssignedCountsAsSeenAfterAStart) {
  const std::vector<uint64_t> clients = Clients(2);
  const auto plan = PlanWith(2, {{clients[0], 0}, {clients[1], 1}});
  const MonotonicTime now = At(absl::Minutes(1));
  const RecentClients started(plan, PlanOptions(), nullptr, now);
  EXPECT_EQ(started.Seen(kHot, now), clients);
  EXPECT_TRUE(started.Seen(kHot, now + kClientMemory + absl::Seconds(1)).empty());
  const RecentClients next(PlanWith(3, plan->spread[0].assigned_clients), PlanOptions(), &started,
                           now + absl::Minutes(20));
  EXPECT_TRUE(next.Seen(kHot, now + absl::Minutes(20)).empty()) << "once, not with each plan";
}

TEST(RecentClients, ManyThreadsRecordWhileOneLooks) {
  const MonotonicTime now = At(absl::Minutes(1));
  const std::vector<uint64_t> clients = Clients(32);
  const RecentClients recent(PlanWith(2), PlanOptions(), nullptr, now);
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      for (int round = 0; round < 2'000; ++round) {
        for (const uint64_t client : clients) recent.Record(0, client, now);
      }
    });
  }
  for (int i = 0; i < 1'000; ++i) {
    const std::vector<uint64_t> seen = recent.Seen(kHot, now);
    EXPECT_TRUE(std::includes(clients.begin(), clients.end(), seen.begin(), seen.end()));
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(recent.Seen(kHot, now), clients);
}

}  // namespace
}  // namespace bellwether
