#include "agentclient/reference_agent/kafka/consumer_group_heartbeat.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

void ExpectParses(absl::string_view name, int version) {
  SCOPED_TRACE(absl::StrCat(name, " ", version));
  const std::string frame = GoldenRequest(name, version);
  EXPECT_EQ(ParseWholeAndTruncated(frame, ParseConsumerGroupHeartbeatRequest).group, "group");
}

TEST(ConsumerGroupHeartbeatTest, RequestsOfEveryVersion) {
  ExpectParses("consumer_group_heartbeat", 0);
  ExpectParses("consumer_group_heartbeat", 1);
  ExpectParses("consumer_group_heartbeat_nulls", 0);
}

TEST(ConsumerGroupHeartbeatTest, ResponsesOfEveryVersion) {
  for (int version = 0; version <= 1; ++version) {
    EXPECT_EQ(ResponseFrame(68, version,
                            [](WireWriter& writer) {
                              WriteConsumerGroupHeartbeatResponse(ErrorCode::kUnsupportedVersion,
                                                                  "no", writer);
                            }),
              Golden(absl::StrCat("consumer_group_heartbeat.response.v", version)));
  }
}

}  // namespace
}  // namespace bellwether::kafka
