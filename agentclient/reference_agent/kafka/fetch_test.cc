#include "agentclient/reference_agent/kafka/fetch.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

TEST(FetchTest, RequestsOfEveryVersion) {
  for (int version = 4; version <= 11; ++version) {
    SCOPED_TRACE(version);
    const std::string frame = GoldenRequest("fetch", version);
    const FetchRequest request = ParseWholeAndTruncated(frame, ParseFetchRequest);
    EXPECT_EQ(request.max_wait_ms, 500);
    EXPECT_EQ(request.min_bytes, 1);
    EXPECT_EQ(request.session_epoch, version >= 7 ? 6 : -1);
    ASSERT_EQ(request.topics.size(), 1u);
    EXPECT_EQ(request.topics[0].name, "orders");
    ASSERT_EQ(request.topics[0].partitions.size(), 1u);
    EXPECT_EQ(request.topics[0].partitions[0].index, 3);
    EXPECT_EQ(request.topics[0].partitions[0].fetch_offset, 41);
  }
}

TEST(FetchTest, ResponsesOfEveryVersion) {
  FetchResponse response;
  response.error = ErrorCode::kFetchSessionIdNotFound;
  response.topics.push_back({"orders", {{3, ErrorCode::kOffsetOutOfRange, 44}}});
  for (int version = 4; version <= 11; ++version) {
    EXPECT_EQ(ResponseFrame(1, version,
                            [version, &response](WireWriter& writer) {
                              WriteFetchResponse(version, response, writer);
                            }),
              Golden(absl::StrCat("fetch.response.v", version)))
        << "version " << version;
  }
}

}  // namespace
}  // namespace bellwether::kafka
