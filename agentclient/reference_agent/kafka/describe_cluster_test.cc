#include "agentclient/reference_agent/kafka/describe_cluster.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

std::string Frame(int version, const DescribeClusterResponse& response) {
  return ResponseFrame(60, version, [version, &response](WireWriter& writer) {
    WriteDescribeClusterResponse(version, response, writer);
  });
}

TEST(DescribeClusterTest, RequestsOfEveryVersion) {
  for (int version = 0; version <= 1; ++version) {
    SCOPED_TRACE(version);
    const std::string frame = GoldenRequest("describe_cluster", version);
    EXPECT_EQ(
        ParseWholeAndTruncated(frame, ParseDescribeClusterRequest).endpoint_type,
        version == 0 ? DescribeClusterRequest::kBrokers : DescribeClusterRequest::kControllers);
  }
}

TEST(DescribeClusterTest, ResponsesOfEveryVersion) {
  DescribeClusterResponse response;
  response.cluster_id = "vc";
  response.controller_id = 8;
  response.brokers = {{7, "h7", 9092}, {8, "host8", 9093}};
  for (int version = 0; version <= 1; ++version) {
    EXPECT_EQ(Frame(version, response),
              Golden(absl::StrCat("describe_cluster.response.v", version)));
  }
}

TEST(DescribeClusterTest, ErrorsOfEveryVersion) {
  DescribeClusterResponse response;
  response.error = ErrorCode::kUnsupportedEndpointType;
  response.error_message = "no";
  response.endpoint_type = DescribeClusterRequest::kControllers;
  for (int version = 0; version <= 1; ++version) {
    EXPECT_EQ(Frame(version, response),
              Golden(absl::StrCat("describe_cluster_error.response.v", version)));
  }
}

}  // namespace
}  // namespace bellwether::kafka
