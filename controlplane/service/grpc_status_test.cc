#include "controlplane/service/grpc_status.h"

#include <gtest/gtest.h>

#include "controlplane/model/error.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace bellwether {
namespace {

google::rpc::Status DetailsOf(const grpc::Status& status) {
  google::rpc::Status details;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  return details;
}

TEST(GrpcStatusTest, OkIsOk) { EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok()); }

TEST(GrpcStatusTest, EveryErrorHasExactlyOneErrorInfo) {
  const grpc::Status status =
      ToGrpcStatus(MakeError(absl::StatusCode::kNotFound, Reason::kAgentPoolNotFound, "no pool",
                             {{"agent_pool", "agentPools/x"}}));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "no pool");
  const google::rpc::Status details = DetailsOf(status);
  EXPECT_EQ(details.code(), static_cast<int>(grpc::StatusCode::NOT_FOUND));
  ASSERT_EQ(details.details_size(), 1);
  google::rpc::ErrorInfo error_info;
  ASSERT_TRUE(details.details(0).UnpackTo(&error_info));
  EXPECT_EQ(error_info.reason(), "AGENT_POOL_NOT_FOUND");
  EXPECT_EQ(error_info.domain(), "bellwether");
  EXPECT_EQ(error_info.metadata().at("agent_pool"), "agentPools/x");
}

TEST(GrpcStatusTest, UnavailableSaysWhenToTryAgain) {
  const google::rpc::Status details = DetailsOf(
      ToGrpcStatus(MakeError(absl::StatusCode::kUnavailable, Reason::kNoLiveAgent, "none")));
  ASSERT_EQ(details.details_size(), 2);
  EXPECT_TRUE(details.details(0).Is<google::rpc::ErrorInfo>());
  google::rpc::RetryInfo retry_info;
  ASSERT_TRUE(details.details(1).UnpackTo(&retry_info));
  EXPECT_GT(retry_info.retry_delay().seconds(), 0);
}

TEST(GrpcStatusTest, ForeignErrorIsInternalInItsReason) {
  google::rpc::ErrorInfo error_info;
  ASSERT_TRUE(DetailsOf(ToGrpcStatus(absl::UnknownError("x"))).details(0).UnpackTo(&error_info));
  EXPECT_EQ(error_info.reason(), "INTERNAL");
}

}  // namespace
}  // namespace bellwether
