#include "agentclient/reference_agent/kafka/list_offsets.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

TEST(ListOffsetsTest, RequestsOfEveryVersion) {
  for (int version = 1; version <= 9; ++version) {
    SCOPED_TRACE(version);
    const std::string frame = GoldenRequest("list_offsets", version);
    const ListOffsetsRequest request = ParseWholeAndTruncated(frame, ParseListOffsetsRequest);
    ASSERT_EQ(request.topics.size(), 1u);
    EXPECT_EQ(request.topics[0].name, "orders");
    ASSERT_EQ(request.topics[0].partitions.size(), 2u);
    EXPECT_EQ(request.topics[0].partitions[0].index, 3);
    EXPECT_EQ(request.topics[0].partitions[0].timestamp, 1234567890123);
    EXPECT_EQ(request.topics[0].partitions[1].index, 4);
    EXPECT_EQ(request.topics[0].partitions[1].timestamp, ListOffsetsRequest::kEarliest);
  }
}

TEST(ListOffsetsTest, ResponsesOfEveryVersion) {
  ListOffsetsResponse response;
  response.topics.push_back(
      {"orders", {{3, ErrorCode::kUnknownTopicOrPartition, -1}, {4, ErrorCode::kNone, 7}}});
  for (int version = 1; version <= 9; ++version) {
    EXPECT_EQ(ResponseFrame(2, version,
                            [version, &response](WireWriter& writer) {
                              WriteListOffsetsResponse(version, response, writer);
                            }),
              Golden(absl::StrCat("list_offsets.response.v", version)))
        << "version " << version;
  }
}

}  // namespace
}  // namespace bellwether::kafka
