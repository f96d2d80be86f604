#include "controlplane/catalog/broker_ids.h"

#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

using Outcome = BrokerIds::Outcome;

Registration Registered(const std::string& agent_id, int32_t broker_id) {
  Registration registration;
  registration.spec.agent_id = agent_id;
  registration.broker_id = broker_id;
  return registration;
}

TEST(BrokerIdsTest, PreferredBrokerIdsAreForEver) {
  EXPECT_GE(PreferredBrokerId("agent-0"), 0);
  EXPECT_EQ(PreferredBrokerId("agent-0"), 139788976);
  EXPECT_EQ(PreferredBrokerId("agent-1"), 196393555);
}

TEST(BrokerIdsTest, ATakenNumberIsPassedOver) {
  const int32_t preferred = PreferredBrokerId("agent-0");
  BrokerIds broker_ids({Registered("x", preferred), Registered("y", preferred + 1)});
  EXPECT_EQ(*broker_ids.Take("agent-0"), preferred + 2);
  EXPECT_EQ(*broker_ids.Take("x"), preferred);
}

TEST(BrokerIdsTest, AFailedCommitGivesTheNumberBack) {
  BrokerIds broker_ids({});
  const int32_t taken = *broker_ids.Take("agent-0");
  broker_ids.Settle("agent-0", Outcome::kNothing, 0);
  EXPECT_FALSE(broker_ids.TakeForRemoval("agent-0"));
  EXPECT_EQ(*broker_ids.Take("agent-0"), taken);
}

TEST(BrokerIdsTest, ACommitOfUnknownOutcomeKeepsTheNumber) {
  BrokerIds broker_ids({});
  ASSERT_TRUE(broker_ids.Take("agent-0").ok());
  broker_ids.Settle("agent-0", Outcome::kUnknown, 0);
  EXPECT_TRUE(broker_ids.TakeForRemoval("agent-0"));
}

TEST(BrokerIdsTest, TheLaterCommitCountsWhicheverIsSettledFirst) {
  BrokerIds broker_ids({Registered("agent-0", 5)});
  ASSERT_TRUE(broker_ids.TakeForRemoval("agent-0"));
  ASSERT_EQ(*broker_ids.Take("agent-0"), 5);
  broker_ids.Settle("agent-0", Outcome::kRegistered, 11);
  broker_ids.Settle("agent-0", Outcome::kRemoved, 10);
  EXPECT_TRUE(broker_ids.TakeForRemoval("agent-0"));
}

TEST(BrokerIdsTest, AFullPoolTakesNoMoreAndKnowsItsOwn) {
  std::vector<Registration> full;
  for (size_t i = 0; i < kMaxAgentsPerPool; ++i) {
    full.push_back(Registered(absl::StrCat("agent-", i), static_cast<int32_t>(i)));
  }
  BrokerIds broker_ids(full);
  const auto refused = broker_ids.Take("one-more");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(GetReason(refused.status()), Reason::kLimitExceeded);
  EXPECT_TRUE(broker_ids.Take("agent-7").ok());
}

}  // namespace
}  // namespace bellwether
