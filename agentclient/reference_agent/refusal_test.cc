#include "agentclient/reference_agent/refusal.h"

#include <gtest/gtest.h>

#include "controlplane/model/error.h"

namespace bellwether {
namespace {

bool Has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(RefusalTest, WrongPoolNamesTheRightOneFlagAndVariable) {
  for (const Reason reason : {Reason::kAgentPoolMismatch, Reason::kAgentPoolNotFound}) {
    const std::string remedy = Remedy(MakeError(absl::StatusCode::kFailedPrecondition, reason, "no",
                                                {{"right_agent_pool", "apn_orders"}}));
    EXPECT_TRUE(Has(remedy, "set -agentPoolName or WARPSTREAM_AGENT_POOL_NAME to apn_orders"))
        << remedy;
  }
}

TEST(RefusalTest, AKeyOfAnotherPoolNamesThatPoolAndTheKey) {
  const std::string remedy =
      Remedy(MakeError(absl::StatusCode::kPermissionDenied, Reason::kPermissionDenied, "no",
                       {{"right_agent_pool", "apn_orders"}, {"right_virtual_cluster", "orders"}}));
  EXPECT_TRUE(Has(remedy, "set -agentPoolName or WARPSTREAM_AGENT_POOL_NAME to apn_orders"))
      << remedy;
  EXPECT_TRUE(Has(remedy, "-agentKeyPath")) << remedy;
}

TEST(RefusalTest, WithoutARightPoolOneHasToBeMadeOrFound) {
  const std::string remedy =
      Remedy(MakeError(absl::StatusCode::kNotFound, Reason::kAgentPoolNotFound, "no"));
  EXPECT_TRUE(Has(remedy, "CreateAgentPool")) << remedy;
}

TEST(RefusalTest, EachCauseHasItsRemedy) {
  EXPECT_TRUE(
      Has(Remedy(MakeError(absl::StatusCode::kNotFound, Reason::kVirtualClusterNotFound, "no")),
          "WARPSTREAM_DEFAULT_VIRTUAL_CLUSTER_ID"));
  EXPECT_TRUE(
      Has(Remedy(MakeError(absl::StatusCode::kInvalidArgument, Reason::kUnknownStrategy, "no")),
          "single_agent"));
  EXPECT_TRUE(Has(Remedy(absl::UnimplementedError("")), "-controlPlaneAddress"));
  EXPECT_TRUE(Has(Remedy(absl::InvalidArgumentError("")), "correct the cause in the error"));
}

}  // namespace
}  // namespace bellwether
