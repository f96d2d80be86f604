#include "agentclient/reference_agent/kafka/offset_fetch.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

TEST(OffsetFetchTest, RequestsOfEveryVersion) {
  for (int version = 1; version <= 7; ++version) {
    SCOPED_TRACE(version);
    const std::string frame = GoldenRequest("offset_fetch", version);
    const OffsetFetchRequest request = ParseWholeAndTruncated(frame, ParseOffsetFetchRequest);
    EXPECT_EQ(request.group, "group");
    ASSERT_EQ(request.topics.size(), 1u);
    EXPECT_EQ(request.topics[0].name, "orders");
    EXPECT_EQ(request.topics[0].partitions, (std::vector<int32_t>{3, 4}));
  }
}

TEST(OffsetFetchTest, RequestsForAllPartitions) {
  for (int version = 2; version <= 7; ++version) {
    SCOPED_TRACE(version);
    const std::string frame = GoldenRequest("offset_fetch_all", version);
    const OffsetFetchRequest request = ParseWholeAndTruncated(frame, ParseOffsetFetchRequest);
    EXPECT_EQ(request.group, "group");
    EXPECT_TRUE(request.topics.empty());
  }
}

TEST(OffsetFetchTest, ResponsesOfEveryVersion) {
  OffsetFetchRequest request;
  request.topics = {{"orders", {3, 4}}};
  for (int version = 1; version <= 7; ++version) {
    EXPECT_EQ(ResponseFrame(9, version,
                            [version, &request](WireWriter& writer) {
                              WriteOffsetFetchResponse(version, request, writer);
                            }),
              Golden(absl::StrCat("offset_fetch.response.v", version)))
        << "version " << version;
  }
}

}  // namespace
}  // namespace bellwether::kafka
