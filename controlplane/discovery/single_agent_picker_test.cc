#include "controlplane/discovery/single_agent_picker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/single_agent.h"
#include "controlplane/planning/pool_snapshot.h"

namespace bellwether {
namespace {

PoolSnapshot MakeSnapshot(const std::vector<int32_t>& weights) {
  PoolSnapshot snapshot;
  PoolView view;
  uint64_t sum = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    ViewAgent agent;
    agent.registration.spec.agent_id = absl::StrCat("agent-", i);
    agent.registration.spec.weight = weights[i];
    agent.state = AgentState::kActive;
    view.agents.push_back(std::make_shared<const ViewAgent>(agent));
    snapshot.pending_loads.push_back(std::make_shared<PendingLoad>());
    sum += static_cast<uint64_t>(weights[i]);
    snapshot.cumulative_weights.push_back(sum);
  }
  ChooseCandidates(view);
  snapshot.view = std::make_shared<const PoolView>(std::move(view));
  return snapshot;
}

// `at` is the agent that has the client now, if it is known.
uint32_t Pick(const PoolSnapshot& snapshot, std::optional<uint32_t> at, bool sticky,
              MonotonicTime now, Random& random) {
  const SingleAgentQuestion question{
      snapshot, snapshot.pending_loads, snapshot.view->candidates, {at, at.has_value()}, sticky,
      now};
  return PickSingleAgent(question, random);
}

MonotonicTime At(double seconds) {
  return MonotonicTime::SinceOrigin(absl::Hours(1) + absl::Seconds(seconds));
}

void Report(const PoolSnapshot& snapshot, size_t agent, double load, int64_t connections,
            int64_t in_flight = 0) {
  snapshot.pending_loads[agent]->RecordReport(load, connections, in_flight, At(0),
                                              absl::Seconds(10));
}

std::vector<int> CountPicks(const PoolSnapshot& snapshot, int picks) {
  SeededRandom random(1);
  std::vector<int> count(snapshot.pending_loads.size());
  for (int i = 0; i < picks; ++i) ++count[Pick(snapshot, std::nullopt, false, At(0), random)];
  return count;
}

TEST(SingleAgentPickerTest, PendingLoadMakesTheAnswersGoRound) {
  const std::vector<std::vector<double>> reports = {
      {},               // None yet.
      {0, 0, 0},        // Idle.
      {0.3, 0.3, 0.3},  // Equal.
  };
  for (const std::vector<double>& loads : reports) {
    const PoolSnapshot snapshot = MakeSnapshot({1, 1, 1});
    for (size_t i = 0; i < loads.size(); ++i) Report(snapshot, i, loads[i], 10);
    // Random choice alone would leave the largest and the smallest far apart.
    for (const int count : CountPicks(snapshot, 3'000)) EXPECT_NEAR(count, 1'000, 3);
  }
}

TEST(SingleAgentPickerTest, IdleAgentIsFavouredUntilThePendingLoadHasFilledIt) {
  const PoolSnapshot snapshot = MakeSnapshot({1, 1});
  Report(snapshot, 0, 0.9, 90);
  Report(snapshot, 1, 0.1, 10);
  // Each client brings 1.5 times a hundredth of 1.0: 53 of them level 0.1 with 0.9.
  std::vector<int> count = CountPicks(snapshot, 53);
  EXPECT_EQ(count[1], 53);
  count = CountPicks(snapshot, 100);
  EXPECT_NEAR(count[1], 50, 3);
}

TEST(SingleAgentPickerTest, LoadIsLevelledByCapacity) {
  const PoolSnapshot snapshot = MakeSnapshot({1, 2, 4});
  for (size_t i = 0; i < 3; ++i) Report(snapshot, i, 0, 0);
  const std::vector<int> count = CountPicks(snapshot, 7'000);
  EXPECT_NEAR(count[0], 1'000, 20);
  EXPECT_NEAR(count[1], 2'000, 20);
  EXPECT_NEAR(count[2], 4'000, 20);
}

TEST(SingleAgentPickerTest, AgentWithoutAReportIsNotTakenForIdle) {
  const PoolSnapshot snapshot = MakeSnapshot({1, 1, 1, 1});
  for (size_t i = 0; i < 3; ++i) Report(snapshot, i, 0.6, 60);
  const std::vector<int> count = CountPicks(snapshot, 40);
  EXPECT_NEAR(count[3], 10, 2);
}

TEST(SingleAgentPickerTest, MoveTakesLoadFromTheAgentThatServedTheClient) {
  const PoolSnapshot snapshot = MakeSnapshot({1, 1});
  Report(snapshot, 0, 0.9, 10);
  Report(snapshot, 1, 0.1, 10);
  SeededRandom random(1);
  ASSERT_EQ(Pick(snapshot, 0, false, At(0), random), 1u);
  EXPECT_DOUBLE_EQ(snapshot.pending_loads[1]->pending(), 1.5 * 1.0 / 20);
  EXPECT_DOUBLE_EQ(snapshot.pending_loads[0]->pending(), -1.5 * 1.0 / 20);
}

TEST(SingleAgentPickerTest, TheSameAgentIsNeverReturnedTwiceInARowWhereThereIsAnother) {
  for (const int agents : {2, 3, 10}) {
    const PoolSnapshot snapshot = MakeSnapshot(std::vector<int32_t>(agents, 1));
    // The client's agent is idle and the others are not: the choice of two would pick it.
    for (int i = 0; i < agents; ++i) Report(snapshot, i, i == 0 ? 0.0 : 0.9, 10);
    SeededRandom random(1);
    std::optional<uint32_t> at;
    for (int i = 0; i < 400; ++i) {
      const uint32_t picked = Pick(snapshot, at, false, At(0), random);
      EXPECT_NE(picked, at);
      at = picked;
    }
  }
}

TEST(SingleAgentPickerTest, TheOnlyAgentIsReturnedAgainAndNothingMoves) {
  const PoolSnapshot snapshot = MakeSnapshot({1});
  SeededRandom random(1);
  EXPECT_EQ(Pick(snapshot, 0, false, At(0), random), 0u);
  EXPECT_EQ(snapshot.pending_loads[0]->pending(), 0);
}

TEST(SingleAgentPickerTest, ClientWithoutLoadTakesNoneAway) {
  const PoolSnapshot snapshot = MakeSnapshot({1, 1});
  Report(snapshot, 0, 0.9, 10);
  Report(snapshot, 1, 0.1, 10);
  SeededRandom random(1);
  const SingleAgentQuestion question{
      snapshot, snapshot.pending_loads, snapshot.view->candidates, {0, /*has_load=*/false}, false,
      At(0)};
  ASSERT_EQ(PickSingleAgent(question, random), 1u);
  EXPECT_EQ(snapshot.pending_loads[0]->pending(), 0);
  EXPECT_GT(snapshot.pending_loads[1]->pending(), 0);
}

TEST(SingleAgentPickerTest, OnlyTheGivenCandidatesAreChosen) {
  const PoolSnapshot snapshot = MakeSnapshot({1, 2, 4, 1});
  SeededRandom random(1);
  const std::vector<uint32_t> some = {0, 2};
  std::vector<int> count(4);
  for (int i = 0; i < 500; ++i) {
    ++count[PickSingleAgent({snapshot, snapshot.pending_loads, some, {}, false, At(0)}, random)];
  }
  EXPECT_EQ(count[1], 0);
  EXPECT_EQ(count[3], 0);
  EXPECT_NEAR(count[2], 400, 10) << "by weight";
}

// The inputs of FindClientPlace.
class ClientPlaceTest : public testing::Test {
 protected:
  ClientPlaceTest() {
    snapshot_.returned_agents = std::make_shared<ReturnedAgents>();
    grounds_.client = 7;
    grounds_.asked = 2;
  }

  ClientPlace Find(bool established, double seconds, const std::string& agent_id = "agent-2") {
    AskingClient client;
    client.agent_id = agent_id;
    client.established = established;
    return FindClientPlace(client, grounds_, snapshot_, At(seconds));
  }

  PoolSnapshot snapshot_ = MakeSnapshot({1, 1, 1});
  LeaderGrounds grounds_;
};

TEST_F(ClientPlaceTest, IsTheAgentThatWasReturnedWhicheverIsAsked) {
  snapshot_.returned_agents->Record(7, {1, At(0)}, *snapshot_.view);
  for (const bool established : {false, true}) {
    EXPECT_EQ(Find(established, 60).agent, 1u);
    EXPECT_TRUE(Find(established, 60).has_load);
  }
}

TEST_F(ClientPlaceTest, OfAnUnknownClientIsTheAgentThatItHasUsed) {
  EXPECT_FALSE(Find(/*established=*/false, 0).agent.has_value());
  EXPECT_EQ(Find(/*established=*/true, 0).agent, 2u);
  EXPECT_TRUE(Find(/*established=*/true, 0).has_load);
}

TEST_F(ClientPlaceTest, ManyNewConnectionsInOneSecondAreOfClientsWithoutLoad) {
  for (uint32_t i = 0; i < 3; ++i) {
    snapshot_.returned_agents->Record(7, {1, At(0), i}, *snapshot_.view);
    EXPECT_TRUE(Find(/*established=*/false, 0.5).has_load) << "one client asks so when it starts";
    EXPECT_EQ(Find(/*established=*/false, 0.5).new_connections, i + 1);
  }
  snapshot_.returned_agents->Record(7, {1, At(0), 3}, *snapshot_.view);
  EXPECT_FALSE(Find(/*established=*/false, 0.5).has_load);
  // The second query of a connection is the same client's.
  EXPECT_TRUE(Find(/*established=*/true, 0.5).has_load);
  EXPECT_TRUE(Find(/*established=*/false, 1).has_load);
  EXPECT_TRUE(Find(/*established=*/false, 0.5, "").has_load) << "no connection is known";
}

TEST(SingleAgentPickerTest, HotAgentIsAvoidedThoughItsLoadIsLow) {
  const PoolSnapshot snapshot = MakeSnapshot({1, 1, 1, 1});
  Report(snapshot, 0, 0.1, 100, /*in_flight=*/500);
  for (size_t i = 1; i < 4; ++i) Report(snapshot, i, 0.5, 100, /*in_flight=*/50);
  EXPECT_EQ(CountPicks(snapshot, 50)[0], 0);
  // The agent's own report counts at once.
  Report(snapshot, 0, 0.1, 100, /*in_flight=*/50);
  EXPECT_GT(CountPicks(snapshot, 50)[0], 15);
}

TEST(SingleAgentPickerTest, AgentWithMoreClientsIsNotHot) {
  const PoolSnapshot snapshot = MakeSnapshot({1, 1, 1, 4});
  for (size_t i = 0; i < 4; ++i) {
    const int clients = i == 3 ? 400 : 100;
    Report(snapshot, i, clients * 0.005, clients, /*in_flight=*/clients);
  }
  EXPECT_NEAR(CountPicks(snapshot, 700)[3], 400, 10);
}

TEST(SingleAgentPickerTest, NewcomerFillsUpByAFifthOfTheMeanEveryFiveSeconds) {
  const PoolSnapshot snapshot = MakeSnapshot({1, 1, 1, 1});
  SeededRandom random(1);
  for (size_t i = 0; i < 4; ++i) Report(snapshot, i, i == 3 ? 0 : 0.6, i == 3 ? 0 : 600);
  // Three of them have been there for long.
  for (size_t i = 0; i < 3; ++i) snapshot.pending_loads[i]->MakeNameable(At(-60));
  snapshot.pending_loads[3]->MakeNameable(At(0));
  constexpr double kMean = 0.45;
  for (int second = 0; second < 25; ++second) {
    for (int i = 0; i < 200; ++i) {
      Pick(snapshot, std::nullopt, false, At(second), random);
    }
    const double one_client = 1.5 * 1.8 / 1'800;
    EXPECT_LE(snapshot.pending_loads[3]->pending(), 0.2 * kMean * second / 5 + one_client + 1e-9);
  }
  EXPECT_GT(snapshot.pending_loads[3]->pending(), 0.9 * kMean) << "it was given what it may have";
}

TEST(SingleAgentPickerTest, ReportThatIsTooOldCountsAsTheMean) {
  PoolSnapshot snapshot = MakeSnapshot({1, 1, 1, 1});
  snapshot.pending_loads[3] = std::make_shared<PendingLoad>(absl::Seconds(9));
  for (size_t i = 0; i < 3; ++i) Report(snapshot, i, 0.6, 60);
  snapshot.pending_loads[3]->RecordReport(0, 0, 0, At(-9), absl::Seconds(10));
  EXPECT_NEAR(CountPicks(snapshot, 40)[3], 10, 2);
}

TEST(SingleAgentPickerTest, StickyClientStaysUntilAnotherIsBetterByATenth) {
  const PoolSnapshot snapshot = MakeSnapshot({1, 1, 1});
  Report(snapshot, 0, 0.52, 10);
  Report(snapshot, 1, 0.5, 10);
  Report(snapshot, 2, 0.5, 10);
  SeededRandom random(1);
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(Pick(snapshot, 0, /*sticky=*/true, At(0), random), 0u);
  }
  EXPECT_EQ(snapshot.pending_loads[0]->pending(), 0) << "who stays moves nothing";
  Report(snapshot, 0, 0.7, 10);
  int moved = 0;
  for (int i = 0; i < 5; ++i) {
    if (Pick(snapshot, 0, /*sticky=*/true, At(0), random) != 0) ++moved;
  }
  EXPECT_GT(moved, 0);
  EXPECT_LT(snapshot.pending_loads[0]->pending(), 0);
}

TEST(SingleAgentPickerTest, StickyClientLeavesAnAgentThatMayNotBeNamed) {
  PoolSnapshot snapshot = MakeSnapshot({1, 1});
  PoolView view = *snapshot.view;
  view.candidates = {1};
  snapshot.view = std::make_shared<const PoolView>(view);
  snapshot.cumulative_weights = {1};
  SeededRandom random(1);
  EXPECT_EQ(Pick(snapshot, 0, /*sticky=*/true, At(0), random), 1u);
}

TEST(SingleAgentPickerTest, OnlyAgentIsPicked) {
  const PoolSnapshot snapshot = MakeSnapshot({3});
  EXPECT_EQ(CountPicks(snapshot, 10)[0], 10);
}

// Many clients that ask again about every minute, and agents that report every ten seconds the mean
// of the last ten: balancing by reports alone sends every client to the agent that looked idle.
class StaleReportsSimulation {
 public:
  StaleReportsSimulation(int agents, bool with_ledger)
      : with_pending_load_(with_ledger), snapshot_(MakeSnapshot(std::vector<int32_t>(agents, 1))) {
    clients_on_.assign(agents, 0);
    seen_.assign(agents, 0);
    for (int client = 0; client < 100 * agents; ++client) {
      at_.push_back(random_.Below(agents));
      ++clients_on_[at_.back()];
      next_query_.push_back(random_.Below(60));
    }
  }

  // Mean over time of the largest number of clients on an agent, divided by the mean number.
  double PeakToMean() {
    constexpr int kWarmUp = 120;
    constexpr int kSeconds = 900;
    double peaks = 0;
    for (int second = 0; second < kSeconds; ++second) {
      for (size_t client = 0; client < at_.size(); ++client) {
        if (next_query_[client] <= second) Ask(client, second);
      }
      ReportAll(second);
      const int most = *std::max_element(clients_on_.begin(), clients_on_.end());
      if (second >= kWarmUp) peaks += most / 100.0;
    }
    return peaks / (kSeconds - kWarmUp);
  }

 private:
  static constexpr int kReportPeriod = 10;
  // A hundred clients use half of an agent.
  static double LoadOf(double clients) { return clients * 0.005; }

  void Ask(size_t client, int second) {
    next_query_[client] = second + 48 + static_cast<int>(random_.Below(25));
    const uint32_t picked =
        with_pending_load_ ? Pick(snapshot_, at_[client], false, At(second), random_) : PickStale();
    --clients_on_[at_[client]];
    at_[client] = picked;
    ++clients_on_[picked];
  }

  uint32_t PickStale() {
    const DrawnPair drawn = DrawTwo(snapshot_.cumulative_weights, std::nullopt, random_);
    const auto estimate = [this](size_t agent) {
      return LoadEstimate{snapshot_.pending_loads[agent]->reported_load(), 0, false};
    };
    return static_cast<uint32_t>(
        SecondIsBetter(estimate(drawn.first), estimate(drawn.second), random_) ? drawn.second
                                                                               : drawn.first);
  }

  void ReportAll(int second) {
    for (size_t agent = 0; agent < clients_on_.size(); ++agent) {
      seen_[agent] += clients_on_[agent];
      // Agents report in different seconds.
      if ((second + static_cast<int>(agent)) % kReportPeriod != 0) continue;
      snapshot_.pending_loads[agent]->RecordReport(LoadOf(seen_[agent] / kReportPeriod),
                                                   clients_on_[agent], 0, At(second + 0.9),
                                                   absl::Seconds(kReportPeriod));
      seen_[agent] = 0;
    }
  }

  const bool with_pending_load_;
  const PoolSnapshot snapshot_;
  SeededRandom random_{7};
  std::vector<uint32_t> at_;
  std::vector<int> next_query_;
  std::vector<int> clients_on_;
  // Client seconds since the last report.
  std::vector<double> seen_;
};

TEST(SingleAgentPickerTest, PendingLoadKeepsStaleReportsFromHerding) {
  const double without = StaleReportsSimulation(10, false).PeakToMean();
  const double with = StaleReportsSimulation(10, true).PeakToMean();
  // Shows that the simulation can detect herding.
  EXPECT_GT(without, 1.20);
  EXPECT_LT(with, 1.10);
}

}  // namespace
}  // namespace bellwether
