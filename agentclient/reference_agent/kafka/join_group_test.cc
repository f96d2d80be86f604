#include "agentclient/reference_agent/kafka/join_group.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

TEST(JoinGroupTest, RequestsOfEveryVersion) {
  for (int version = 0; version <= 5; ++version) {
    SCOPED_TRACE(version);
    const std::string frame = GoldenRequest("join_group", version);
    EXPECT_EQ(ParseWholeAndTruncated(frame, ParseJoinGroupRequest).group, "group");
  }
}

TEST(JoinGroupTest, ResponsesOfEveryVersion) {
  for (int version = 0; version <= 5; ++version) {
    EXPECT_EQ(ResponseFrame(11, version,
                            [version](WireWriter& writer) {
                              WriteJoinGroupResponse(version, ErrorCode::kNotCoordinator, writer);
                            }),
              Golden(absl::StrCat("join_group.response.v", version)))
        << "version " << version;
  }
}

}  // namespace
}  // namespace bellwether::kafka
