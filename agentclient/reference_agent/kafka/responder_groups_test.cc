// What clients of consumer groups and transactions, and admin tools, are answered.

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

#include "agentclient/reference_agent/kafka/consumer_group_heartbeat.h"
#include "agentclient/reference_agent/kafka/describe_cluster.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/fake_leader_source.h"
#include "agentclient/reference_agent/kafka/find_coordinator.h"
#include "agentclient/reference_agent/kafka/golden_frames.h"
#include "agentclient/reference_agent/kafka/join_group.h"
#include "agentclient/reference_agent/kafka/offset_commit.h"
#include "agentclient/reference_agent/kafka/offset_fetch.h"
#include "agentclient/reference_agent/kafka/responder.h"
#include "controlplane/base/fake_clock.h"

namespace bellwether::kafka {
namespace {

class ResponderGroupsTest : public ::testing::Test {
 protected:
  // A request of a plain version whose body `write(writer)` writes, without its length.
  template <typename Write>
  static std::string Request(int16_t api_key, int16_t version, Write write) {
    WireWriter writer;
    writer.Int16(api_key);
    writer.Int16(version);
    writer.Int32(0x01020304);
    writer.String("app");
    write(writer);
    return writer.TakeFrame().substr(4);
  }

  std::string Respond(const std::string& frame) {
    std::optional<absl::StatusOr<Reply>> got;
    responder_.Respond(frame, client_,
                       [&got](absl::StatusOr<Reply> reply) { got = std::move(reply); });
    EXPECT_TRUE(got.has_value() && got->ok());
    EXPECT_EQ((*got)->delay, absl::ZeroDuration());
    return (*got)->frame;
  }

  // The result of FindCoordinator version 2 for one key.
  struct Found {
    ErrorCode error;
    bool explained;
    int32_t broker_id;
    std::string host;
    int32_t port;
  };
  Found Find(const std::string& key, int8_t key_type) {
    const std::string frame = Respond(Request(10, 2, [&](WireWriter& writer) {
      writer.String(key);
      writer.Int8(key_type);
    }));
    WireReader reader(frame);
    reader.Int64();  // Length and correlation id.
    reader.Int32();  // Throttle time.
    Found found;
    found.error = static_cast<ErrorCode>(reader.Int16());
    found.explained = !reader.NullableString().value_or("").empty();
    found.broker_id = reader.Int32();
    found.host = std::string(reader.String());
    found.port = reader.Int32();
    EXPECT_TRUE(reader.ok() && reader.remaining() == 0);
    return found;
  }

  // The error of OffsetCommit version 2 for one partition.
  ErrorCode Commit(int32_t generation, const std::string& topic, int32_t partition) {
    const std::string frame = Respond(Request(8, 2, [&](WireWriter& writer) {
      writer.String("group");
      writer.Int32(generation);
      writer.String("");
      writer.Int64(-1);
      writer.Array(1);
      writer.String(topic);
      writer.Array(1);
      writer.Int32(partition);
      writer.Int64(0);
      writer.NullableString(std::nullopt);
    }));
    return static_cast<ErrorCode>(frame.back());
  }

  const Topics topics_ = *Topics::Parse("orders:5,clicks:2");
  Traffic traffic_{&topics_};
  FakeLeaderSource leaders_;
  SeededRandom random_{1};
  FakeClock clock_;
  Responder responder_{&topics_, &traffic_, &leaders_, &random_, &clock_};
  ClientState client_ = {"10.0.0.9", false};
};

TEST_F(ResponderGroupsTest, TheCoordinatorOfAGroupIsTheAgentThatWasAsked) {
  const Found found = Find("group", FindCoordinatorRequest::kGroup);
  EXPECT_EQ(found.error, ErrorCode::kNone);
  EXPECT_EQ(found.broker_id, 7);
  EXPECT_EQ(found.host, "h7");
  EXPECT_EQ(found.port, 9092);
  const LeaderQuery query = leaders_.queries().at(0);
  EXPECT_EQ(query.client_id, "app");
  EXPECT_EQ(query.client_address, "10.0.0.9");
  EXPECT_TRUE(query.topics.empty());
}

TEST_F(ResponderGroupsTest, WithoutTheControlPlaneTheCoordinatorIsThisAgent) {
  leaders_.Fail(absl::UnavailableError("unreachable"));
  EXPECT_EQ(Find("group", FindCoordinatorRequest::kGroup).broker_id, 7);
}

TEST_F(ResponderGroupsTest, AConsumerThatTriesToJoinGetsAFinalErrorWithAnExplanation) {
  EXPECT_EQ(Find("group", FindCoordinatorRequest::kGroup).error, ErrorCode::kNone);
  // The client then requests the coordinator again.
  EXPECT_EQ(Respond(GoldenRequest("join_group", 5)), Golden("join_group.response.v5"));
  const Found found = Find("group", FindCoordinatorRequest::kGroup);
  EXPECT_EQ(found.error, ErrorCode::kUnsupportedVersion);
  EXPECT_TRUE(found.explained);
  EXPECT_EQ(found.broker_id, -1);
  EXPECT_EQ(Find("other", FindCoordinatorRequest::kGroup).error, ErrorCode::kNone);
  client_.address = "10.0.0.10";
  EXPECT_EQ(Find("group", FindCoordinatorRequest::kGroup).error, ErrorCode::kNone);
}

TEST_F(ResponderGroupsTest, AGroupCanBeUsedForOffsetsAgainOnceNobodyTriesToJoin) {
  Respond(GoldenRequest("join_group", 0));
  clock_.Advance(RefusedGroups::kMemory + absl::Seconds(1));
  EXPECT_EQ(Find("group", FindCoordinatorRequest::kGroup).error, ErrorCode::kNone);
}

TEST_F(ResponderGroupsTest, TheNewerGroupProtocolIsRefusedWithAnExplanation) {
  const std::string frame = Respond(GoldenRequest("consumer_group_heartbeat", 1));
  WireReader reader(frame, Encoding::kFlexible);
  reader.Int64();  // Length and correlation id.
  reader.SkipTags();
  reader.Int32();  // Throttle time.
  EXPECT_EQ(static_cast<ErrorCode>(reader.Int16()), ErrorCode::kUnsupportedVersion);
  EXPECT_FALSE(reader.String().empty());
}

TEST_F(ResponderGroupsTest, ThereAreNoTransactions) {
  const Found found = Find("tx", FindCoordinatorRequest::kTransaction);
  EXPECT_EQ(found.error, ErrorCode::kTransactionalIdAuthorizationFailed);
  EXPECT_TRUE(found.explained);
  EXPECT_EQ(found.broker_id, -1);
  // Share groups.
  EXPECT_EQ(Find("share", 2).error, ErrorCode::kInvalidRequest);
}

// A small request could ask for an endless answer otherwise.
TEST_F(ResponderGroupsTest, ErrorsOfManyKeysAreNotExplained) {
  const std::string frame = Respond(GoldenRequest("find_coordinator", 4));
  FindCoordinatorResponse expected;
  for (const char* const key : {"group", "other"}) {
    FindCoordinatorResponse::Coordinator& coordinator = expected.coordinators.emplace_back();
    coordinator.key = key;
    coordinator.error = ErrorCode::kTransactionalIdAuthorizationFailed;
  }
  EXPECT_EQ(frame, ResponseFrame(10, 4, [&expected](WireWriter& writer) {
              WriteFindCoordinatorResponse(4, expected, writer);
            }));
}

TEST_F(ResponderGroupsTest, NoOffsetsAreCommitted) {
  EXPECT_EQ(Respond(GoldenRequest("offset_fetch", 1)), Golden("offset_fetch.response.v1"));
  EXPECT_EQ(Respond(GoldenRequest("offset_fetch", 7)), Golden("offset_fetch.response.v7"));
}

TEST_F(ResponderGroupsTest, OffsetsAreTakenFromConsumersThatAreNoMembers) {
  EXPECT_EQ(Commit(-1, "orders", 4), ErrorCode::kNone);
  EXPECT_EQ(Commit(-1, "orders", 5), ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(Commit(-1, "nope", 0), ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(Commit(0, "orders", 4), ErrorCode::kUnknownMemberId);
}

TEST_F(ResponderGroupsTest, DescribeClusterListsTheBrokersOfAMetadataAnswer) {
  const std::string frame = Respond(GoldenRequest("describe_cluster", 0));
  EXPECT_EQ(frame, Golden("describe_cluster.response.v0"));
  EXPECT_EQ(leaders_.queries().at(0).client_id, "app");
  EXPECT_TRUE(leaders_.queries()[0].topics.empty());
  leaders_.Fail(absl::UnavailableError("unreachable"));
  EXPECT_EQ(Respond(GoldenRequest("describe_cluster", 0)), frame);
}

TEST_F(ResponderGroupsTest, ThereAreNoControllerEndpoints) {
  const std::string frame = Respond(GoldenRequest("describe_cluster", 1));
  WireReader reader(frame, Encoding::kFlexible);
  reader.Int64();  // Length and correlation id.
  reader.SkipTags();
  reader.Int32();  // Throttle time.
  EXPECT_EQ(static_cast<ErrorCode>(reader.Int16()), ErrorCode::kUnsupportedEndpointType);
  EXPECT_FALSE(reader.String().empty());
  EXPECT_EQ(reader.Int8(), DescribeClusterRequest::kControllers);
}

}  // namespace
}  // namespace bellwether::kafka
