#include "agentclient/reference_agent/kafka/metadata.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

constexpr Uuid kId = {0x0102030405068708, 0x890a0b0c0d0e0f10};

TEST(MetadataTest, RequestsOfEveryVersion) {
  for (int version = 0; version <= 12; ++version) {
    SCOPED_TRACE(version);
    const std::string frame = GoldenRequest("metadata", version);
    const MetadataRequest request = ParseWholeAndTruncated(frame, ParseMetadataRequest);
    EXPECT_FALSE(request.all_topics);
    ASSERT_EQ(request.topics.size(), 2u);
    EXPECT_EQ(request.topics[0].name, "orders");
    EXPECT_TRUE(request.topics[0].id.is_zero());
    if (version < 12) {
      EXPECT_EQ(request.topics[1].name, "x");
    } else {
      EXPECT_EQ(request.topics[1].name, std::nullopt);
      EXPECT_EQ(request.topics[1].id, kId);
    }
  }
}

TEST(MetadataTest, AllTopicsAndNoneInEveryVersion) {
  for (int version = 0; version <= 12; ++version) {
    SCOPED_TRACE(version);
    const std::string all = GoldenRequest("metadata_all", version);
    EXPECT_TRUE(ParseWholeAndTruncated(all, ParseMetadataRequest).all_topics);
    if (version == 0) continue;
    const std::string none = GoldenRequest("metadata_none", version);
    const MetadataRequest request = ParseWholeAndTruncated(none, ParseMetadataRequest);
    EXPECT_FALSE(request.all_topics);
    EXPECT_TRUE(request.topics.empty());
  }
}

// Also that leader epochs are -1 and racks null in all of them.
TEST(MetadataTest, ResponsesOfEveryVersion) {
  for (int version = 0; version <= 12; ++version) {
    MetadataResponse response;
    response.brokers = {{7, "h7", 9092}, {8, "host8", 9093}};
    response.cluster_id = "vc";
    response.controller_id = 8;
    MetadataResponse::Topic orders;
    orders.name = "orders";
    orders.id = kId;
    orders.partitions = {{ErrorCode::kNone, 7}, {ErrorCode::kLeaderNotAvailable, -1}};
    MetadataResponse::Topic unknown;
    unknown.name = "x";
    unknown.error = ErrorCode::kUnknownTopicOrPartition;
    response.topics = {orders, unknown};
    if (version >= 12) {
      MetadataResponse::Topic unknown_id;
      unknown_id.id = kId;
      unknown_id.error = ErrorCode::kUnknownTopicId;
      response.topics.push_back(unknown_id);
    }
    EXPECT_EQ(ResponseFrame(3, version,
                            [version, &response](WireWriter& writer) {
                              WriteMetadataResponse(version, response, writer);
                            }),
              Golden(absl::StrCat("metadata.response.v", version)))
        << "version " << version;
  }
}

}  // namespace
}  // namespace bellwether::kafka
