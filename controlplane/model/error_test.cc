#include "controlplane/model/error.h"

#include <set>
#include <string>

#include "gtest/gtest.h"

namespace bellwether {
namespace {

TEST(ErrorTest, CarriesCodeReasonMessageAndMetadata) {
  const absl::Status status =
      MakeError(absl::StatusCode::kNotFound, Reason::kAgentPoolNotFound,
                "agentPools/x is not there", {{"agent_pool", "x"}, {"empty", ""}});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "agentPools/x is not there");
  EXPECT_EQ(GetReason(status), Reason::kAgentPoolNotFound);
  EXPECT_EQ(GetErrorMetadata(status),
            (std::map<std::string, std::string>{{"agent_pool", "x"}, {"empty", ""}}));
}

TEST(ErrorTest, OtherErrorsHaveNoReason) {
  EXPECT_EQ(GetReason(absl::OkStatus()), std::nullopt);
  EXPECT_EQ(GetReason(absl::InternalError("elsewhere")), std::nullopt);
  EXPECT_TRUE(GetErrorMetadata(absl::InternalError("elsewhere")).empty());
}

TEST(ErrorTest, ReasonNamesAreUpperSnakeAndDiffer) {
  std::set<std::string> names;
  for (int number = 0; number <= static_cast<int>(Reason::kAddressUnavailable); ++number) {
    const std::string name(ReasonName(static_cast<Reason>(number)));
    EXPECT_NE(name, "UNKNOWN") << number;
    EXPECT_EQ(name.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), std::string::npos) << name;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_EQ(ReasonName(Reason::kAgentPoolMismatch), "AGENT_POOL_MISMATCH");
  EXPECT_EQ(ReasonName(Reason::kStaleAgentEpoch), "STALE_AGENT_EPOCH");
}

TEST(ErrorTest, ExcerptsAreShortAndPrintable) {
  EXPECT_EQ(Excerpt("orders"), "orders");
  EXPECT_EQ(Excerpt("a\nb\"c"), "a\\nb\\\"c");
  EXPECT_EQ(Excerpt(std::string(80, 'x')), std::string(80, 'x'));
  EXPECT_EQ(Excerpt(std::string(81, 'x')), std::string(80, 'x') + "...");
}

}  // namespace
}  // namespace bellwether
