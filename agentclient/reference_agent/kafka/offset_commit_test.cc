#include "agentclient/reference_agent/kafka/offset_commit.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

TEST(OffsetCommitTest, RequestsOfEveryVersion) {
  for (int version = 2; version <= 8; ++version) {
    SCOPED_TRACE(version);
    const std::string frame = GoldenRequest("offset_commit", version);
    const OffsetCommitRequest request = ParseWholeAndTruncated(frame, ParseOffsetCommitRequest);
    EXPECT_EQ(request.group, "group");
    EXPECT_EQ(request.generation, 6);
    ASSERT_EQ(request.topics.size(), 1u);
    EXPECT_EQ(request.topics[0].name, "orders");
    EXPECT_EQ(request.topics[0].partitions, (std::vector<int32_t>{3, 4}));
  }
}

TEST(OffsetCommitTest, ResponsesOfEveryVersion) {
  OffsetCommitResponse response;
  response.topics.push_back(
      {"orders", {{3, ErrorCode::kNone}, {4, ErrorCode::kUnknownTopicOrPartition}}});
  for (int version = 2; version <= 8; ++version) {
    EXPECT_EQ(ResponseFrame(8, version,
                            [version, &response](WireWriter& writer) {
                              WriteOffsetCommitResponse(version, response, writer);
                            }),
              Golden(absl::StrCat("offset_commit.response.v", version)))
        << "version " << version;
  }
}

}  // namespace
}  // namespace bellwether::kafka
