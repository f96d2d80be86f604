#include "agentclient/reference_agent/kafka/init_producer_id.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

TEST(InitProducerIdTest, RequestsOfEveryVersion) {
  for (int version = 0; version <= 4; ++version) {
    SCOPED_TRACE(version);
    const std::string frame = GoldenRequest("init_producer_id", version);
    const auto request = ParseWholeAndTruncated(frame, ParseInitProducerIdRequest);
    EXPECT_EQ(request.transactional_id, std::nullopt);
    EXPECT_EQ(request.producer_id, version >= 3 ? 12 : -1);
    EXPECT_EQ(request.producer_epoch, version >= 3 ? 3 : -1);
  }
}

TEST(InitProducerIdTest, ResponsesOfEveryVersion) {
  const InitProducerIdResponse response = {ErrorCode::kNone, 12, 4};
  for (int version = 0; version <= 4; ++version) {
    EXPECT_EQ(ResponseFrame(22, version,
                            [&response](WireWriter& writer) {
                              WriteInitProducerIdResponse(response, writer);
                            }),
              Golden(absl::StrCat("init_producer_id.response.v", version)))
        << "version " << version;
  }
}

}  // namespace
}  // namespace bellwether::kafka
