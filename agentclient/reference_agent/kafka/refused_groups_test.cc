#include "agentclient/reference_agent/kafka/refused_groups.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "controlplane/base/fake_clock.h"

namespace bellwether::kafka {
namespace {

class RefusedGroupsTest : public ::testing::Test {
 protected:
  FakeClock clock_;
  RefusedGroups refused_{&clock_};
};

TEST_F(RefusedGroupsTest, AnotherClientOrGroupIsNotAffected) {
  EXPECT_FALSE(refused_.Renew("10.0.0.1", "app", "group"));
  refused_.Note("10.0.0.1", "app", "group");
  EXPECT_TRUE(refused_.Renew("10.0.0.1", "app", "group"));
  EXPECT_FALSE(refused_.Renew("10.0.0.2", "app", "group"));
  EXPECT_FALSE(refused_.Renew("10.0.0.1", "ap", "pgroup"));
  EXPECT_FALSE(refused_.Renew("10.0.0.1", "app2", "group"));
  EXPECT_FALSE(refused_.Renew("10.0.0.1", "app", "group2"));
}

TEST_F(RefusedGroupsTest, AClientThatKeepsAskingIsRemembered) {
  refused_.Note("10.0.0.1", "app", "group");
  for (int i = 0; i < 10; ++i) {
    clock_.Advance(RefusedGroups::kMemory);
    EXPECT_TRUE(refused_.Renew("10.0.0.1", "app", "group"));
  }
  clock_.Advance(RefusedGroups::kMemory + absl::Nanoseconds(1));
  EXPECT_FALSE(refused_.Renew("10.0.0.1", "app", "group"));
}

TEST_F(RefusedGroupsTest, AClientThatDoesNotAskAgainIsForgotten) {
  refused_.Note("10.0.0.1", "app", "group");
  clock_.Advance(RefusedGroups::kMemory + absl::Nanoseconds(1));
  EXPECT_FALSE(refused_.Renew("10.0.0.1", "app", "group"));
}

TEST_F(RefusedGroupsTest, MemoryIsBounded) {
  refused_.Note("10.0.0.1", "app", "0");
  for (size_t i = 1; i < RefusedGroups::kMaxClients; ++i) {
    refused_.Note("10.0.0.1", "app", absl::StrCat(i));
  }
  refused_.Note("10.0.0.1", "app", "0");
  EXPECT_TRUE(refused_.Renew("10.0.0.1", "app", "1"));
  refused_.Note("10.0.0.1", "app", "one more");
  EXPECT_FALSE(refused_.Renew("10.0.0.1", "app", "1"));
  EXPECT_TRUE(refused_.Renew("10.0.0.1", "app", "one more"));
}

}  // namespace
}  // namespace bellwether::kafka
