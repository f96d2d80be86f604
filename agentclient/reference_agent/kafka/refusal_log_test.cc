#include "agentclient/reference_agent/kafka/refusal_log.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "controlplane/base/fake_clock.h"

namespace bellwether::kafka {
namespace {

class RefusalLogTest : public ::testing::Test {
 protected:
  FakeClock clock_;
  RefusalLog log_{&clock_};
};

TEST_F(RefusalLogTest, OneLineForEachClientAndKindOfRequest) {
  EXPECT_TRUE(log_.Log("10.0.0.1", "app", "consumer groups"));
  EXPECT_FALSE(log_.Log("10.0.0.1", "app", "consumer groups"));
  EXPECT_TRUE(log_.Log("10.0.0.1", "app", "transactions"));
  EXPECT_TRUE(log_.Log("10.0.0.2", "app", "consumer groups"));
  EXPECT_TRUE(log_.Log("10.0.0.1", "app2", "consumer groups"));
  EXPECT_FALSE(log_.Log("10.0.0.1", "app", "consumer groups"));
}

TEST_F(RefusalLogTest, AClientThatKeepsTryingIsLoggedOnceAPeriod) {
  EXPECT_TRUE(log_.Log("10.0.0.1", "app", "transactions"));
  clock_.Advance(RefusalLog::kPeriod - absl::Seconds(1));
  EXPECT_FALSE(log_.Log("10.0.0.1", "app", "transactions"));
  clock_.Advance(absl::Seconds(1));
  EXPECT_TRUE(log_.Log("10.0.0.1", "app", "transactions"));
}

TEST_F(RefusalLogTest, LinesAreLimited) {
  for (size_t i = 0; i < RefusalLog::kMaxLines; ++i) {
    ASSERT_TRUE(log_.Log("10.0.0.1", absl::StrCat(i), "transactions"));
  }
  EXPECT_FALSE(log_.Log("10.0.0.1", "one more", "transactions"));
  clock_.Advance(RefusalLog::kPeriod);
  EXPECT_TRUE(log_.Log("10.0.0.1", "one more", "transactions"));
}

}  // namespace
}  // namespace bellwether::kafka
