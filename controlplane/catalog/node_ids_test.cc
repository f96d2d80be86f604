#include "controlplane/catalog/node_ids.h"

#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

using Outcome = NodeIds::Outcome;

Registration Registered(const std::string& agent_id, int32_t node_id) {
  Registration registration;
  registration.spec.agent_id = agent_id;
  registration.node_id = node_id;
  return registration;
}

TEST(NodeIdsTest, PreferredNodeIdsAreForEver) {
  EXPECT_GE(PreferredNodeId("agent-0"), 0);
  EXPECT_EQ(PreferredNodeId("agent-0"), 139788976);
  EXPECT_EQ(PreferredNodeId("agent-1"), 196393555);
}

TEST(NodeIdsTest, ATakenNumberIsPassedOver) {
  const int32_t preferred = PreferredNodeId("agent-0");
  NodeIds node_ids({Registered("x", preferred), Registered("y", preferred + 1)});
  EXPECT_EQ(*node_ids.Take("agent-0"), preferred + 2);
  EXPECT_EQ(*node_ids.Take("x"), preferred);
}

TEST(NodeIdsTest, AFailedCommitGivesTheNumberBack) {
  NodeIds node_ids({});
  const int32_t taken = *node_ids.Take("agent-0");
  node_ids.Settle("agent-0", Outcome::kNothing, 0);
  EXPECT_FALSE(node_ids.TakeForRemoval("agent-0"));
  EXPECT_EQ(*node_ids.Take("agent-0"), taken);
}

TEST(NodeIdsTest, ACommitOfUnknownOutcomeKeepsTheNumber) {
  NodeIds node_ids({});
  ASSERT_TRUE(node_ids.Take("agent-0").ok());
  node_ids.Settle("agent-0", Outcome::kUnknown, 0);
  EXPECT_TRUE(node_ids.TakeForRemoval("agent-0"));
}

TEST(NodeIdsTest, TheLaterCommitCountsWhicheverIsSettledFirst) {
  NodeIds node_ids({Registered("agent-0", 5)});
  ASSERT_TRUE(node_ids.TakeForRemoval("agent-0"));
  ASSERT_EQ(*node_ids.Take("agent-0"), 5);
  node_ids.Settle("agent-0", Outcome::kRegistered, 11);
  node_ids.Settle("agent-0", Outcome::kRemoved, 10);
  EXPECT_TRUE(node_ids.TakeForRemoval("agent-0"));
}

TEST(NodeIdsTest, AFullPoolTakesNoMoreAndKnowsItsOwn) {
  std::vector<Registration> full;
  for (size_t i = 0; i < kMaxAgentsPerPool; ++i) {
    full.push_back(Registered(absl::StrCat("agent-", i), static_cast<int32_t>(i)));
  }
  NodeIds node_ids(full);
  const auto refused = node_ids.Take("one-more");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(GetReason(refused.status()), Reason::kLimitExceeded);
  EXPECT_TRUE(node_ids.Take("agent-7").ok());
}

}  // namespace
}  // namespace bellwether
