#include "agentclient/redirect_policy.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "controlplane/base/fake_clock.h"

namespace bellwether {
namespace {

constexpr auto kDraining = RedirectCause::kDraining;
constexpr auto kMoved = RedirectCause::kMoved;

class RedirectPolicyTest : public testing::Test {
 protected:
  RedirectPolicyTest() {
    view_ = {true, clock_.MonotonicNow()};
    clock_.Advance(absl::Hours(1));
    for (int i = 0; i < 1000; ++i) policy_.OnConnectionOpened();
  }

  // A Produce of client 1 by connection 1 for partition 0, which another agent leads. Its producer
  // is idempotent.
  static RedirectRequest Produce(RedirectCause cause, int32_t base_sequence = 0) {
    RedirectRequest request;
    request.connection = 1;
    request.client = 1;
    request.topic = 77;
    request.sequence = ProducerSequence{900, 0, base_sequence, 10};
    request.led_by_another = true;
    request.cause = cause;
    return request;
  }
  static RedirectRequest OfPartition(RedirectRequest request, int32_t partition) {
    request.partition = partition;
    return request;
  }
  static RedirectRequest OfConnection(RedirectRequest request, uint64_t connection) {
    request.connection = connection;
    return request;
  }
  static RedirectRequest OfClient(RedirectRequest request, uint64_t client) {
    request.connection = client;
    request.client = client;
    return request;
  }
  static RedirectRequest LedHere(RedirectRequest request) {
    request.led_by_another = false;
    return request;
  }
  static RedirectRequest WithoutSequence(RedirectRequest request) {
    request.sequence = std::nullopt;
    return request;
  }
  static RedirectRequest Fetch(RedirectCause cause) {
    RedirectRequest request = WithoutSequence(Produce(cause));
    request.kind = RedirectRequest::Kind::kFetch;
    return request;
  }

  bool Refuses(const RedirectRequest& request) { return policy_.ShouldRefuse(request, view_); }

  FakeClock clock_;
  RedirectPolicy policy_{clock_};
  RedirectView view_;
};

// For rules that hold for every cause.
class RedirectPolicyCauseTest : public RedirectPolicyTest,
                                public testing::WithParamInterface<RedirectCause> {};

INSTANTIATE_TEST_SUITE_P(Causes, RedirectPolicyCauseTest, testing::Values(kDraining, kMoved));

TEST_P(RedirectPolicyCauseTest, RefusesWhatAnotherAgentLeads) {
  EXPECT_FALSE(Refuses(LedHere(Produce(GetParam()))));
  EXPECT_FALSE(policy_.HasEpisodes());
  EXPECT_TRUE(Refuses(Produce(GetParam())));
  EXPECT_TRUE(policy_.HasEpisodes());
}

TEST_P(RedirectPolicyCauseTest, RefusesFetchesToo) { EXPECT_TRUE(Refuses(Fetch(GetParam()))); }

TEST_P(RedirectPolicyCauseTest, BeginsNothingByAnOutdatedView) {
  view_.current = false;
  EXPECT_FALSE(Refuses(Produce(GetParam())));
}

TEST_P(RedirectPolicyCauseTest, BeginsNothingByAYoungView) {
  view_.in_force_since = clock_.MonotonicNow();
  EXPECT_FALSE(Refuses(Produce(GetParam())));
  clock_.Advance(absl::Milliseconds(999));
  EXPECT_FALSE(Refuses(Produce(GetParam())));
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(Refuses(Produce(GetParam())));
}

TEST_P(RedirectPolicyCauseTest, BeginsNothingWhileSwitchedOff) {
  policy_.SetEnabled(false);
  EXPECT_FALSE(Refuses(Produce(GetParam())));
  policy_.SetEnabled(true);
  EXPECT_TRUE(Refuses(Produce(GetParam())));
}

TEST_P(RedirectPolicyCauseTest, RefusesPipelinedSuccessorsWhateverHappens) {
  ASSERT_TRUE(Refuses(Produce(GetParam(), 0)));
  EXPECT_TRUE(Refuses(Produce(GetParam(), 10)));
  view_.in_force_since = clock_.MonotonicNow();
  EXPECT_TRUE(Refuses(Produce(GetParam(), 20))) << "the view is a new one";
  view_.current = false;
  EXPECT_TRUE(Refuses(Produce(GetParam(), 30))) << "the view may be outdated";
  EXPECT_TRUE(Refuses(LedHere(Produce(GetParam(), 40)))) << "the partition is back";
  policy_.SetEnabled(false);
  EXPECT_TRUE(Refuses(LedHere(Produce(GetParam(), 50)))) << "redirecting is switched off";
  clock_.Advance(absl::Milliseconds(4999));
  EXPECT_TRUE(Refuses(LedHere(Produce(GetParam(), 60)))) << "not quiet for long enough";
  clock_.Advance(absl::Milliseconds(4999));
  EXPECT_TRUE(Refuses(LedHere(Produce(GetParam(), 70)))) << "quiet time begins with each request";
}

TEST_P(RedirectPolicyCauseTest, EpisodeEndsAfterQuietTime) {
  ASSERT_TRUE(Refuses(Produce(GetParam(), 0)));
  clock_.Advance(RedirectPolicy::kQuiet);
  EXPECT_FALSE(Refuses(LedHere(Produce(GetParam(), 10))));
  EXPECT_FALSE(policy_.HasEpisodes());
}

TEST_P(RedirectPolicyCauseTest, EpisodeEndsAtTheVeryEndOfTheQuietTime) {
  ASSERT_TRUE(Refuses(Produce(GetParam(), 0)));
  clock_.Advance(RedirectPolicy::kQuiet - absl::Milliseconds(1));
  // Requests of other connections, which make all shards remove ended entries.
  for (uint64_t client = 1000; client < 1400; ++client) {
    Refuses(LedHere(OfClient(Produce(GetParam()), client)));
  }
  ASSERT_TRUE(policy_.HasEpisodes());
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_FALSE(Refuses(LedHere(Produce(GetParam(), 10))));
}

TEST_P(RedirectPolicyCauseTest, FirstRetryIsServedOnceThePartitionIsBack) {
  ASSERT_TRUE(Refuses(Produce(GetParam(), 0)));
  ASSERT_TRUE(Refuses(Produce(GetParam(), 10)));
  EXPECT_FALSE(Refuses(LedHere(Produce(GetParam(), 0))));
  EXPECT_FALSE(Refuses(LedHere(Produce(GetParam(), 10)))) << "in order behind the retry";
  EXPECT_FALSE(policy_.HasEpisodes());
}

TEST_P(RedirectPolicyCauseTest, FirstRetryIsServedOnceTheViewMayBeOutdated) {
  ASSERT_TRUE(Refuses(Produce(GetParam(), 0)));
  ASSERT_TRUE(Refuses(Produce(GetParam(), 10)));
  view_.current = false;
  EXPECT_FALSE(Refuses(Produce(GetParam(), 0)));
  EXPECT_FALSE(Refuses(Produce(GetParam(), 10)));
}

TEST_P(RedirectPolicyCauseTest, FirstRetryIsServedOnceSwitchedOff) {
  ASSERT_TRUE(Refuses(Produce(GetParam(), 0)));
  ASSERT_TRUE(Refuses(Produce(GetParam(), 10)));
  policy_.SetEnabled(false);
  EXPECT_FALSE(Refuses(Produce(GetParam(), 0)));
  EXPECT_FALSE(Refuses(Produce(GetParam(), 10)));
}

TEST_P(RedirectPolicyCauseTest, RetryBehindARefusedRetryIsRefused) {
  ASSERT_TRUE(Refuses(Produce(GetParam(), 0)));
  ASSERT_TRUE(Refuses(Produce(GetParam(), 10)));
  ASSERT_TRUE(Refuses(Produce(GetParam(), 0)));
  EXPECT_TRUE(Refuses(LedHere(Produce(GetParam(), 10)))) << "it would overtake the batch before";
  EXPECT_FALSE(Refuses(LedHere(Produce(GetParam(), 0))));
}

TEST_P(RedirectPolicyCauseTest, ProducersOfOneConnectionAreToldApart) {
  RedirectRequest other = Produce(GetParam(), 0);
  other.sequence->producer_id = 901;
  ASSERT_TRUE(Refuses(Produce(GetParam(), 0)));
  ASSERT_TRUE(Refuses(other));
  EXPECT_FALSE(Refuses(LedHere(other)));
  other.sequence->base_sequence = 10;
  EXPECT_FALSE(Refuses(LedHere(other)));
  EXPECT_TRUE(Refuses(LedHere(Produce(GetParam(), 10)))) << "the first producer has not retried";
}

TEST_P(RedirectPolicyCauseTest, ProducerWithoutSequenceIsServedAfterTheTimeToAsk) {
  ASSERT_TRUE(Refuses(WithoutSequence(Produce(GetParam()))));
  clock_.Advance(absl::Milliseconds(999));
  EXPECT_TRUE(Refuses(LedHere(WithoutSequence(Produce(GetParam())))));
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_FALSE(Refuses(LedHere(WithoutSequence(Produce(GetParam())))));
}

TEST_P(RedirectPolicyCauseTest, FetchIsServedOnceThePartitionIsBack) {
  ASSERT_TRUE(Refuses(Fetch(GetParam())));
  EXPECT_TRUE(Refuses(Fetch(GetParam())));
  EXPECT_FALSE(Refuses(LedHere(Fetch(GetParam()))));
}

TEST_P(RedirectPolicyCauseTest, FetchDoesNotEndTheRefusalOfProduces) {
  ASSERT_TRUE(Refuses(Produce(GetParam(), 0)));
  EXPECT_FALSE(Refuses(LedHere(Fetch(GetParam()))));
  EXPECT_TRUE(Refuses(LedHere(Produce(GetParam(), 10))));

  const RedirectRequest unsequenced = OfPartition(WithoutSequence(Produce(GetParam())), 1);
  ASSERT_TRUE(Refuses(unsequenced));
  EXPECT_FALSE(Refuses(LedHere(OfPartition(Fetch(GetParam()), 1))));
  EXPECT_TRUE(Refuses(LedHere(unsequenced)));
}

TEST_P(RedirectPolicyCauseTest, OtherConnectionsAndPartitionsAreServed) {
  ASSERT_TRUE(Refuses(Produce(GetParam())));
  EXPECT_FALSE(Refuses(LedHere(OfPartition(Produce(GetParam()), 1))));
  EXPECT_FALSE(Refuses(LedHere(OfConnection(Produce(GetParam()), 2))));
  RedirectRequest other_topic = LedHere(Produce(GetParam()));
  other_topic.topic = 78;
  EXPECT_FALSE(Refuses(other_topic));
}

TEST_P(RedirectPolicyCauseTest, FurtherPartitionsSpendNoBudget) {
  for (int32_t partition = 0; partition < 300; ++partition) {
    ASSERT_TRUE(Refuses(OfPartition(Produce(GetParam()), partition)));
  }
  const RedirectCounters counters = policy_.counters();
  EXPECT_EQ(counters.refused_partitions, 300);
  EXPECT_EQ((GetParam() == kDraining ? counters.draining : counters.moved).episodes, 1);
  int others = 0;
  for (uint64_t client = 2; client <= 1000; ++client) {
    others += Refuses(OfClient(Produce(GetParam()), client)) ? 1 : 0;
  }
  EXPECT_EQ(others, (GetParam() == kDraining ? 250 : 50) - 1);
}

TEST_P(RedirectPolicyCauseTest, SmallAgentRedirectsOneConnectionASecond) {
  for (int i = 0; i < 999; ++i) policy_.OnConnectionClosed(5000 + i);
  EXPECT_TRUE(Refuses(OfClient(Produce(GetParam()), 1)));
  EXPECT_FALSE(Refuses(OfClient(Produce(GetParam()), 2)));
  clock_.Advance(absl::Milliseconds(1100));
  EXPECT_TRUE(Refuses(OfClient(Produce(GetParam()), 2)));
}

TEST_P(RedirectPolicyCauseTest, ClosedConnectionIsForgotten) {
  ASSERT_TRUE(Refuses(OfPartition(Produce(GetParam()), 0)));
  ASSERT_TRUE(Refuses(OfPartition(Produce(GetParam()), 1)));
  policy_.OnConnectionClosed(2);
  EXPECT_EQ(policy_.counters().refused_partitions, 2);
  policy_.OnConnectionClosed(1);
  EXPECT_EQ(policy_.counters().refused_partitions, 0);
  EXPECT_FALSE(policy_.HasEpisodes());
}

TEST_P(RedirectPolicyCauseTest, QuietConnectionsAreForgotten) {
  for (uint64_t client = 1; client <= 40; ++client) {
    ASSERT_TRUE(Refuses(OfClient(Produce(GetParam()), client)));
  }
  clock_.Advance(RedirectPolicy::kQuiet + absl::Seconds(1));
  // Other connections' requests, of which some come to each part of the memory.
  for (uint64_t client = 1000; client < 1400; ++client) {
    Refuses(LedHere(OfClient(Produce(GetParam()), client)));
  }
  EXPECT_EQ(policy_.counters().refused_partitions, 0);
}

TEST_P(RedirectPolicyCauseTest, ConnectionHasALimitOfPartitions) {
  constexpr int32_t kLimit = RedirectPolicy::kMaxPartitionsOfConnection;
  for (int32_t partition = 0; partition < kLimit; ++partition) {
    ASSERT_TRUE(Refuses(OfPartition(Produce(GetParam()), partition)));
  }
  EXPECT_FALSE(Refuses(OfPartition(Produce(GetParam()), kLimit)));
  EXPECT_TRUE(Refuses(OfPartition(Produce(GetParam(), 10), 7))) << "refused before";
  EXPECT_EQ(policy_.counters().served_at_limit, 1);
}

TEST_P(RedirectPolicyCauseTest, AllConnectionsHaveALimitOfPartitions) {
  constexpr int32_t kEach = RedirectPolicy::kMaxPartitionsOfConnection;
  constexpr uint64_t kClients = RedirectPolicy::kMaxRefusedPartitions / kEach;
  for (uint64_t client = 1; client <= kClients; ++client) {
    for (int32_t partition = 0; partition < kEach; ++partition) {
      ASSERT_TRUE(Refuses(OfClient(OfPartition(Produce(GetParam()), partition), client)));
    }
  }
  const RedirectRequest next = OfClient(Produce(GetParam()), kClients + 1);
  EXPECT_FALSE(Refuses(next));
  EXPECT_EQ(policy_.counters().served_at_limit, 1);
  policy_.OnConnectionClosed(1);
  EXPECT_TRUE(Refuses(next));
}

TEST_P(RedirectPolicyCauseTest, CountsEpisodesAndRefusals) {
  ASSERT_TRUE(Refuses(Produce(GetParam(), 0)));
  ASSERT_TRUE(Refuses(Produce(GetParam(), 10)));
  ASSERT_TRUE(Refuses(OfPartition(Produce(GetParam(), 0), 1)));
  ASSERT_TRUE(Refuses(OfClient(Produce(GetParam(), 0), 2)));
  ASSERT_FALSE(Refuses(OfClient(LedHere(Produce(GetParam(), 0)), 2)));
  const RedirectCounters counters = policy_.counters();
  const bool draining = GetParam() == kDraining;
  EXPECT_EQ((draining ? counters.draining : counters.moved).episodes, 2);
  EXPECT_EQ((draining ? counters.draining : counters.moved).refusals, 4);
  EXPECT_EQ((draining ? counters.moved : counters.draining).episodes, 0);
  EXPECT_EQ((draining ? counters.moved : counters.draining).refusals, 0);
  EXPECT_EQ(counters.refused_partitions, 2);
  EXPECT_EQ(counters.served_at_limit, 0);
}

TEST_P(RedirectPolicyCauseTest, OptionsSetTheShare) {
  RedirectOptions options;
  (GetParam() == kDraining ? options.draining_share : options.moved_share) = 0.5;
  RedirectPolicy policy(clock_, options);
  for (int i = 0; i < 100; ++i) policy.OnConnectionOpened();
  int refused = 0;
  for (uint64_t client = 1; client <= 100; ++client) {
    refused += policy.ShouldRefuse(OfClient(Produce(GetParam()), client), view_) ? 1 : 0;
  }
  EXPECT_EQ(refused, 50);
}

TEST_F(RedirectPolicyTest, MovedClientThatComesBackIsServed) {
  ASSERT_TRUE(Refuses(Produce(kMoved, 0)));
  clock_.Advance(absl::Milliseconds(100));
  EXPECT_TRUE(Refuses(Produce(kMoved, 0))) << "it may not have the metadata yet";
  clock_.Advance(absl::Milliseconds(899));
  EXPECT_TRUE(Refuses(Produce(kMoved, 0)));
  EXPECT_TRUE(Refuses(Produce(kMoved, 10)));
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(Refuses(Produce(kMoved, 20))) << "pipelined";
  EXPECT_FALSE(Refuses(Produce(kMoved, 0))) << "it was sent back here";
  for (int second = 1; second < 59; ++second) {
    clock_.Advance(absl::Seconds(1));
    ASSERT_FALSE(Refuses(Produce(kMoved, 10 * second))) << second;
  }
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(Refuses(Produce(kMoved, 1000))) << "a minute after the episode began";
}

TEST_F(RedirectPolicyTest, MovedClientThatComesBackAfterQuietTimeIsServed) {
  ASSERT_TRUE(Refuses(Produce(kMoved, 0)));
  clock_.Advance(RedirectPolicy::kQuiet);
  EXPECT_FALSE(Refuses(Produce(kMoved, 0)));
  EXPECT_FALSE(Refuses(Produce(kMoved, 10)));
  EXPECT_FALSE(Refuses(OfPartition(Produce(kMoved, 10), 1)));
}

TEST_F(RedirectPolicyTest, MovedFetchIsServedAfterTheTimeToAsk) {
  ASSERT_TRUE(Refuses(Fetch(kMoved)));
  clock_.Advance(absl::Milliseconds(999));
  EXPECT_TRUE(Refuses(Fetch(kMoved)));
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_FALSE(Refuses(Fetch(kMoved)));
}

TEST_F(RedirectPolicyTest, MovedClientHasOneEpisodeAMinuteOverAllItsConnections) {
  ASSERT_TRUE(Refuses(OfConnection(Produce(kMoved), 1)));
  EXPECT_FALSE(Refuses(OfConnection(Produce(kMoved), 2)));
  policy_.OnConnectionClosed(1);
  clock_.Advance(absl::Milliseconds(59'999));
  EXPECT_FALSE(Refuses(OfConnection(Produce(kMoved), 3)));
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_TRUE(Refuses(OfConnection(Produce(kMoved), 3)));
}

TEST_F(RedirectPolicyTest, MovedPartitionsJoinAtTheBeginningOnly) {
  ASSERT_TRUE(Refuses(OfPartition(Produce(kMoved), 0)));
  clock_.Advance(absl::Milliseconds(999));
  EXPECT_TRUE(Refuses(OfPartition(Produce(kMoved), 1)));
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_FALSE(Refuses(OfPartition(Produce(kMoved), 2)));
  EXPECT_TRUE(Refuses(OfPartition(Produce(kMoved), 1))) << "it joined just now";
}

TEST_F(RedirectPolicyTest, MovedEpisodesStopAtTheLimitOfClients) {
  RedirectOptions options;
  options.moved_share = 1;
  RedirectPolicy policy(clock_, options);
  constexpr uint64_t kClients = 2 * RedirectPolicy::kMaxClients;
  for (uint64_t i = 0; i < kClients; ++i) policy.OnConnectionOpened();
  uint64_t refused = 0;
  for (uint64_t client = 1; client <= kClients; ++client) {
    const RedirectRequest request = OfClient(Produce(kMoved), client);
    if (!policy.ShouldRefuse(request, view_)) continue;
    ++refused;
    ASSERT_FALSE(policy.ShouldRefuse(OfConnection(request, client + kClients), view_)) << client;
    policy.OnConnectionClosed(client);
    policy.OnConnectionOpened();
  }
  EXPECT_EQ(refused, RedirectPolicy::kMaxClients);
  EXPECT_EQ(policy.counters().served_at_limit, static_cast<int64_t>(kClients - refused));
  clock_.Advance(RedirectPolicy::kClientInterval);
  EXPECT_TRUE(policy.ShouldRefuse(OfClient(Produce(kMoved), kClients), view_))
      << "clients are forgotten after a minute";
}

TEST_F(RedirectPolicyTest, DrainingRefusesForAsLongAsTheClientComes) {
  ASSERT_TRUE(Refuses(Produce(kDraining, 0)));
  for (int i = 0; i < 300; ++i) {
    clock_.Advance(absl::Milliseconds(100));
    ASSERT_TRUE(Refuses(Produce(kDraining, 0)));
    ASSERT_TRUE(Refuses(OfPartition(Fetch(kDraining), i))) << "partitions join at any time";
  }
  EXPECT_EQ(policy_.counters().draining.episodes, 1);
}

TEST_F(RedirectPolicyTest, DrainingBeginsAgainAfterQuietTime) {
  ASSERT_TRUE(Refuses(Produce(kDraining, 0)));
  clock_.Advance(RedirectPolicy::kQuiet);
  EXPECT_TRUE(Refuses(Produce(kDraining, 0)));
  EXPECT_EQ(policy_.counters().draining.episodes, 2);
}

TEST_F(RedirectPolicyTest, DrainingOverridesTheClientsMinute) {
  ASSERT_TRUE(Refuses(Produce(kMoved)));
  EXPECT_TRUE(Refuses(OfConnection(Produce(kDraining), 2)));
  EXPECT_TRUE(Refuses(OfConnection(Produce(kDraining), 3)));
}

TEST_F(RedirectPolicyTest, DrainingGoesOnWithAMovedEpisode) {
  ASSERT_TRUE(Refuses(Produce(kMoved, 0)));
  clock_.Advance(absl::Seconds(2));
  EXPECT_TRUE(Refuses(Produce(kDraining, 0)));
  EXPECT_TRUE(Refuses(OfPartition(Produce(kDraining, 0), 1)));
  EXPECT_EQ(policy_.counters().draining.episodes, 0) << "the connection is in an episode already";
}

TEST_F(RedirectPolicyTest, MovedEpisodeDoesNotFollowADrainAtOnce) {
  ASSERT_TRUE(Refuses(Produce(kDraining, 0)));
  clock_.Advance(RedirectPolicy::kQuiet);
  EXPECT_FALSE(Refuses(Produce(kMoved, 0)));
}

TEST_F(RedirectPolicyTest, DrainingDoesNotSlowDownAsConnectionsClose) {
  int seconds = 0;
  uint64_t next = 1;
  for (; next <= 1000 && seconds < 100; ++seconds) {
    while (next <= 1000 && Refuses(OfClient(Produce(kDraining), next))) {
      policy_.OnConnectionClosed(next++);
    }
    clock_.Advance(absl::Milliseconds(1100));
  }
  EXPECT_EQ(seconds, 4);
}

TEST_F(RedirectPolicyTest, ThreadsKeepTheBudgetAndTheCounts) {
  constexpr int kThreads = 4;
  constexpr uint64_t kConnectionsOfThread = 250;
  std::atomic<int64_t> refused{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t, &refused] {
      for (int round = 0; round < 20; ++round) {
        for (uint64_t i = 0; i < kConnectionsOfThread; ++i) {
          const uint64_t connection = 1 + t * kConnectionsOfThread + i;
          RedirectRequest request = Produce(kDraining, round);
          request.connection = connection;
          request.client = connection % 10;
          if (Refuses(request)) ++refused;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  RedirectCounters counters = policy_.counters();
  EXPECT_EQ(counters.draining.episodes, 250);
  EXPECT_EQ(counters.draining.refusals, refused);
  EXPECT_EQ(counters.refused_partitions, 250);
  threads.clear();
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (uint64_t i = 1; i <= kConnectionsOfThread; ++i) {
        policy_.OnConnectionClosed(t * kConnectionsOfThread + i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_FALSE(policy_.HasEpisodes());
}

}  // namespace
}  // namespace bellwether
