#include "agentclient/reference_agent/kafka/find_coordinator.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

TEST(FindCoordinatorTest, RequestsOfEveryVersion) {
  for (int version = 0; version <= 4; ++version) {
    SCOPED_TRACE(version);
    const std::string frame = GoldenRequest("find_coordinator", version);
    const FindCoordinatorRequest request =
        ParseWholeAndTruncated(frame, ParseFindCoordinatorRequest);
    EXPECT_EQ(request.key_type,
              version == 0 ? FindCoordinatorRequest::kGroup : FindCoordinatorRequest::kTransaction);
    ASSERT_EQ(request.keys.size(), version < 4 ? 1u : 2u);
    EXPECT_EQ(request.keys[0], "group");
    if (version == 4) {
      EXPECT_EQ(request.keys[1], "other");
    }
  }
}

TEST(FindCoordinatorTest, ResponsesOfEveryVersion) {
  for (int version = 0; version <= 4; ++version) {
    FindCoordinatorResponse response;
    response.coordinators.push_back(
        {"group", ErrorCode::kInvalidRequest, "no", BrokerAddress{7, "h7", 9092}});
    if (version == 4) {
      response.coordinators.push_back(
          {"other", ErrorCode::kNone, std::nullopt, BrokerAddress{8, "host8", 9093}});
    }
    EXPECT_EQ(ResponseFrame(10, version,
                            [version, &response](WireWriter& writer) {
                              WriteFindCoordinatorResponse(version, response, writer);
                            }),
              Golden(absl::StrCat("find_coordinator.response.v", version)))
        << "version " << version;
  }
}

}  // namespace
}  // namespace bellwether::kafka
