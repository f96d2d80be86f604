#include "agentclient/reference_agent/kafka/find_coordinator.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

TEST(FindCoordinatorTest, Request) {
  const std::string frame = GoldenRequest("find_coordinator", 0);
  const auto request = ParseWholeAndTruncated(
      frame, [](int16_t, WireReader& reader) { return ParseFindCoordinatorRequest(reader); });
  EXPECT_EQ(request.group, "group");
}

TEST(FindCoordinatorTest, Response) {
  EXPECT_EQ(ResponseFrame(10, 0,
                          [](WireWriter& writer) {
                            WriteFindCoordinatorResponse(ErrorCode::kInvalidRequest, writer);
                          }),
            Golden("find_coordinator.response.v0"));
}

}  // namespace
}  // namespace bellwether::kafka
