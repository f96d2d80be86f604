#include "agentclient/reference_agent/kafka/produce.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

TEST(ProduceTest, RequestsOfEveryVersion) {
  for (int version = 0; version <= 9; ++version) {
    SCOPED_TRACE(version);
    const std::string frame = GoldenRequest("produce", version);
    const ProduceRequest request = ParseWholeAndTruncated(frame, ParseProduceRequest);
    EXPECT_EQ(request.acks, -1);
    ASSERT_EQ(request.topics.size(), 1u);
    EXPECT_EQ(request.topics[0].name, "orders");
    ASSERT_EQ(request.topics[0].partitions.size(), 2u);
    EXPECT_EQ(request.topics[0].partitions[0].index, 3);
    EXPECT_EQ(request.topics[0].partitions[0].records, "\x01\x02\x03");
    EXPECT_EQ(request.topics[0].partitions[1].index, 4);
    EXPECT_EQ(request.topics[0].partitions[1].records, std::nullopt);
  }
}

TEST(ProduceTest, ResponsesOfEveryVersion) {
  ProduceResponse response;
  response.topics.push_back(
      {"orders", {{3, ErrorCode::kNone, 41, 44}, {4, ErrorCode::kCorruptMessage, -1, -1}}});
  for (int version = 0; version <= 9; ++version) {
    EXPECT_EQ(ResponseFrame(0, version,
                            [version, &response](WireWriter& writer) {
                              WriteProduceResponse(version, response, writer);
                            }),
              Golden(absl::StrCat("produce.response.v", version)))
        << "version " << version;
  }
}

}  // namespace
}  // namespace bellwether::kafka
