#include "agentclient/reference_agent/kafka/consumer_group_heartbeat.h"

#include <gtest/gtest.h>

#include "agentclient/reference_agent/kafka/golden_frames.h"

namespace bellwether::kafka {
namespace {

TEST(ConsumerGroupHeartbeatTest, Requests) {
  for (const char* const name : {"consumer_group_heartbeat", "consumer_group_heartbeat_nulls"}) {
    SCOPED_TRACE(name);
    const std::string frame = GoldenRequest(name, 0);
    const auto request = ParseWholeAndTruncated(frame, [](int16_t, WireReader& reader) {
      return ParseConsumerGroupHeartbeatRequest(reader);
    });
    EXPECT_EQ(request.group, "group");
  }
}

TEST(ConsumerGroupHeartbeatTest, Response) {
  EXPECT_EQ(ResponseFrame(68, 0,
                          [](WireWriter& writer) {
                            WriteConsumerGroupHeartbeatResponse(ErrorCode::kUnsupportedVersion,
                                                                "no", writer);
                          }),
            Golden("consumer_group_heartbeat.response.v0"));
}

}  // namespace
}  // namespace bellwether::kafka
