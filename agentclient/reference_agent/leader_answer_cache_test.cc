#include "agentclient/reference_agent/leader_answer_cache.h"

#include <gtest/gtest.h>

#include "controlplane/base/fake_clock.h"

namespace bellwether {
namespace {

kafka::LeaderQuery Query(const std::string& client_id, int32_t partitions = 3) {
  return {client_id, "10.0.0.1", {{"orders", partitions}}, false};
}

std::shared_ptr<const kafka::LeaderAnswer> Answer(int32_t leader, int32_t partitions = 3) {
  auto answer = std::make_shared<kafka::LeaderAnswer>();
  answer->brokers = {{leader, "host", 9092}};
  answer->leaders = {std::vector<int32_t>(partitions, leader)};
  return answer;
}

TEST(LeaderAnswerCacheTest, RemembersTheLastAnswerToTheSameQuery) {
  FakeClock clock;
  LeaderAnswerCache cache(clock, 1 << 20);
  EXPECT_EQ(cache.Get(Query("a")), nullptr);
  cache.Put(Query("a"), Answer(1));
  cache.Put(Query("a"), Answer(2));
  ASSERT_NE(cache.Get(Query("a")), nullptr);
  EXPECT_EQ(cache.Get(Query("a"))->leaders[0][0], 2);
  kafka::LeaderQuery established = Query("a");
  established.established = true;
  EXPECT_NE(cache.Get(established), nullptr);
}

TEST(LeaderAnswerCacheTest, AnotherQueryIsAnother) {
  FakeClock clock;
  LeaderAnswerCache cache(clock, 1 << 20);
  cache.Put(Query("a"), Answer(1));
  EXPECT_EQ(cache.Get(Query("b")), nullptr);
  EXPECT_EQ(cache.Get(Query("a", 4)), nullptr);
  kafka::LeaderQuery elsewhere = Query("a");
  elsewhere.client_address = "10.0.0.2";
  EXPECT_EQ(cache.Get(elsewhere), nullptr);
  // A client chooses its id freely: it must not be able to run into its address.
  kafka::LeaderQuery trick = Query("a8:10.0.0.1");
  trick.client_address = "";
  EXPECT_EQ(cache.Get(trick), nullptr);
}

TEST(LeaderAnswerCacheTest, AnOldAnswerIsNone) {
  FakeClock clock;
  LeaderAnswerCache cache(clock, 1 << 20);
  cache.Put(Query("a"), Answer(1));
  clock.Advance(absl::Hours(1));
  EXPECT_NE(cache.Get(Query("a")), nullptr);
  clock.Advance(absl::Seconds(1));
  EXPECT_EQ(cache.Get(Query("a")), nullptr);
}

TEST(LeaderAnswerCacheTest, ForgetsWhatWasNotAskedForLongest) {
  FakeClock clock;
  // Room for two of 400 KB.
  LeaderAnswerCache cache(clock, 1'000'000);
  cache.Put(Query("a", 100'000), Answer(1, 100'000));
  cache.Put(Query("b", 100'000), Answer(1, 100'000));
  EXPECT_NE(cache.Get(Query("a", 100'000)), nullptr);
  cache.Put(Query("c", 100'000), Answer(1, 100'000));
  EXPECT_NE(cache.Get(Query("a", 100'000)), nullptr);
  EXPECT_EQ(cache.Get(Query("b", 100'000)), nullptr);
  EXPECT_NE(cache.Get(Query("c", 100'000)), nullptr);
}

TEST(LeaderAnswerCacheTest, AnAnswerThatIsTooLargeDoesNotPushOutTheOthers) {
  FakeClock clock;
  LeaderAnswerCache cache(clock, 100'000);
  cache.Put(Query("a"), Answer(1));
  cache.Put(Query("b", 100'000), Answer(1, 100'000));
  EXPECT_NE(cache.Get(Query("a")), nullptr);
  EXPECT_EQ(cache.Get(Query("b", 100'000)), nullptr);
}

}  // namespace
}  // namespace bellwether
