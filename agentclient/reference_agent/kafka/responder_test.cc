#include "agentclient/reference_agent/kafka/responder.h"

#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "agentclient/reference_agent/kafka/api_key.h"
#include "agentclient/reference_agent/kafka/error_code.h"
#include "agentclient/reference_agent/kafka/fake_leader_source.h"
#include "agentclient/reference_agent/kafka/fetch.h"
#include "agentclient/reference_agent/kafka/golden_frames.h"
#include "agentclient/reference_agent/kafka/init_producer_id.h"
#include "agentclient/reference_agent/kafka/metadata.h"
#include "agentclient/reference_agent/kafka/produce.h"
#include "controlplane/base/fake_clock.h"

namespace bellwether::kafka {
namespace {

constexpr int16_t kProduce = 0;
constexpr int16_t kFetch = 1;
constexpr int16_t kMetadata = 3;
constexpr int16_t kInitProducerId = 22;

// Refuses partition 1 and records the calls.
class FakeGate final : public RequestGate {
 public:
  void OnConnectionOpened(uint64_t connection) override { opened.push_back(connection); }
  void OnConnectionClosed(uint64_t connection) override { closed.push_back(connection); }
  void OnRequest() override { ++requests; }
  bool ShouldRefuse(const PartitionRequest& request) override {
    ++asked;
    last_connection = request.connection;
    last_client = absl::StrCat(request.client_id, " at ", request.client_address);
    last_was_fetch = request.is_fetch;
    last_records = std::string(request.records);
    return request.topic == "orders" && request.partition == 1;
  }

  std::vector<uint64_t> opened;
  std::vector<uint64_t> closed;
  int requests = 0;
  int asked = 0;
  uint64_t last_connection = 0;
  std::string last_client;
  bool last_was_fetch = false;
  std::string last_records;
};

class ResponderTest : public ::testing::Test {
 protected:
  // A request whose body `write(writer)` writes, in the encoding of its version, without its
  // length.
  template <typename Write>
  static std::string Request(int16_t api_key, int16_t version, Encoding encoding, Write write) {
    WireWriter writer;
    writer.Int16(api_key);
    writer.Int16(version);
    writer.Int32(0x01020304);
    writer.String("app");
    writer.set_encoding(encoding);
    writer.Tags();
    write(writer);
    return writer.TakeFrame().substr(4);
  }

  // Metadata version 1 for these topics, all of them if there are none.
  static std::string MetadataRequestFor(const std::vector<std::string>& names) {
    return Request(kMetadata, 1, Encoding::kPlain, [&names](WireWriter& writer) {
      if (names.empty()) return writer.Int32(-1);
      writer.Array(names.size());
      for (const std::string& name : names) writer.String(name);
    });
  }

  // Produce version 7.
  static std::string ProduceRequestFor(const std::string& topic, int32_t partition,
                                       const std::string& records, int16_t acks = -1) {
    return Request(kProduce, 7, Encoding::kPlain, [&](WireWriter& writer) {
      writer.NullableString(std::nullopt);
      writer.Int16(acks);
      writer.Int32(1000);
      writer.Array(1);
      writer.String(topic);
      writer.Array(1);
      writer.Int32(partition);
      writer.Bytes(records);
    });
  }

  // Fetch version 7.
  static std::string FetchRequestFor(const std::string& topic, int64_t offset, int32_t max_wait_ms,
                                     int32_t session_epoch = 0) {
    return Request(kFetch, 7, Encoding::kPlain, [&](WireWriter& writer) {
      writer.Int32(-1);
      writer.Int32(max_wait_ms);
      writer.Int32(1);
      writer.Int32(1 << 20);
      writer.Int8(0);
      writer.Int32(0);
      writer.Int32(session_epoch);
      writer.Array(1);
      writer.String(topic);
      writer.Array(1);
      writer.Int32(0);
      writer.Int64(offset);
      writer.Int64(-1);
      writer.Int32(1 << 20);
      writer.Array(0);
    });
  }

  absl::StatusOr<Reply> Respond(const std::string& frame) {
    std::optional<absl::StatusOr<Reply>> got;
    responder_.Respond(frame, client_, [&got](absl::StatusOr<Reply> reply) {
      EXPECT_FALSE(got.has_value()) << "answered twice";
      got = std::move(reply);
    });
    EXPECT_TRUE(got.has_value());
    return got.value_or(absl::InternalError("no answer"));
  }

  // The result for one partition of a Produce.
  struct Produced {
    ErrorCode error;
    int64_t base_offset;
  };
  Produced Produce(const std::string& topic, int32_t partition, const std::string& records,
                   int16_t acks = -1) {
    const std::string frame = Respond(ProduceRequestFor(topic, partition, records, acks))->frame;
    WireReader reader(frame);
    reader.Int64();  // Length and correlation id.
    reader.Array(1);
    reader.String();
    reader.Array(1);
    reader.Int32();
    Produced produced;
    produced.error = static_cast<ErrorCode>(reader.Int16());
    produced.base_offset = reader.Int64();
    EXPECT_TRUE(reader.ok());
    return produced;
  }

  const Topics topics_ = *Topics::Parse("orders:3,clicks:2");
  Traffic traffic_{&topics_};
  FakeLeaderSource leaders_;
  SeededRandom random_{1};
  FakeClock clock_;
  Responder responder_{&topics_, &traffic_, &leaders_, &random_, &clock_};
  FakeGate gate_;
  ClientState client_ = {"10.0.0.9", false};
  const std::string batch_ = Golden("records.magic2.none");
};

TEST_F(ResponderTest, ApiVersionsListsWhatIsSupported) {
  for (int version = 0; version <= 3; ++version) {
    EXPECT_EQ(Respond(GoldenRequest("api_versions", version))->frame,
              Golden(absl::StrCat("api_versions.response.v", version)));
  }
}

TEST_F(ResponderTest, UnknownApiVersionsIsAnsweredInVersion0) {
  // Version 4 and what follows are not ours to understand.
  const std::string frame = std::string("\0\x12\0\x04\x01\x02\x03\x04??", 10);
  EXPECT_EQ(Respond(frame)->frame, Golden("api_versions_unsupported.response.v0"));
}

TEST_F(ResponderTest, UnsupportedRequestsEndTheConnection) {
  for (const SupportedApi& api : SupportedApis()) {
    if (api.key == ApiKey::kApiVersions) continue;
    const int16_t key = static_cast<int16_t>(api.key);
    const int16_t version = api.max_version + 1;
    EXPECT_EQ(Respond(Request(key, version, Encoding::kPlain, [](WireWriter&) {})).status().code(),
              absl::StatusCode::kUnimplemented);
  }
  // SaslHandshake.
  EXPECT_EQ(Respond(Request(17, 1, Encoding::kPlain, [](WireWriter&) {})).status().code(),
            absl::StatusCode::kUnimplemented);
}

TEST_F(ResponderTest, TruncatedRequestsEndTheConnection) {
  const std::string names[] = {"metadata.request.v1",
                               "metadata.request.v12",
                               "produce.request.v3",
                               "produce.request.v9",
                               "fetch.request.v4",
                               "fetch.request.v11",
                               "list_offsets.request.v1",
                               "list_offsets.request.v9",
                               "init_producer_id.request.v1",
                               "init_producer_id.request.v4",
                               "api_versions.request.v3",
                               "find_coordinator.request.v0",
                               "find_coordinator.request.v4",
                               "join_group.request.v5",
                               "offset_fetch.request.v7",
                               "offset_commit.request.v8",
                               "consumer_group_heartbeat.request.v0",
                               "describe_cluster.request.v1"};
  for (const std::string& name : names) {
    const std::string frame = Golden(name).substr(4);
    for (size_t length = 0; length < frame.size(); ++length) {
      EXPECT_FALSE(Respond(frame.substr(0, length)).ok()) << name << " cut to " << length;
    }
    EXPECT_TRUE(Respond(frame).ok()) << name;
  }
  EXPECT_EQ(traffic_.TakeInterval().partitions.size(), 0u);
}

TEST_F(ResponderTest, MetadataPassesOnWhoAsksAndWhoLeads) {
  const std::string frame = Respond(MetadataRequestFor({"clicks", "orders"}))->frame;
  MetadataResponse expected;
  expected.brokers = {{7, "h7", 9092}, {8, "host8", 9093}};
  expected.controller_id = 8;
  const auto topic = [](const char* name, std::vector<MetadataResponse::Partition> partitions) {
    MetadataResponse::Topic topic;
    topic.name = name;
    topic.partitions = std::move(partitions);
    return topic;
  };
  constexpr ErrorCode kOk = ErrorCode::kNone;
  expected.topics = {topic("clicks", {{kOk, 7}, {kOk, 8}}),
                     topic("orders", {{kOk, 7}, {kOk, 8}, {kOk, 7}})};
  EXPECT_EQ(frame, ResponseFrame(kMetadata, 1, [&expected](WireWriter& writer) {
              WriteMetadataResponse(1, expected, writer);
            }));
  const LeaderQuery query = leaders_.queries().at(0);
  EXPECT_EQ(query.client_id, "app");
  EXPECT_EQ(query.client_address, "10.0.0.9");
  EXPECT_FALSE(query.established);
  ASSERT_EQ(query.topics.size(), 2u);
  EXPECT_EQ(query.topics[0].name, "clicks");
  EXPECT_EQ(query.topics[0].partition_count, 2);
}

TEST_F(ResponderTest, MetadataOfAllTopics) {
  ASSERT_TRUE(Respond(MetadataRequestFor({})).ok());
  EXPECT_EQ(leaders_.queries().at(0).topics.size(), 2u);
}

// Otherwise a small request could ask for an endless answer.
TEST_F(ResponderTest, ATopicAskedForTwiceIsAnsweredOnce) {
  EXPECT_EQ(Respond(MetadataRequestFor({"orders", "orders", "no", "no", "orders"}))->frame,
            Respond(MetadataRequestFor({"orders", "no"}))->frame);
}

TEST_F(ResponderTest, UnknownTopicsHaveTheirErrors) {
  const std::string frame = Respond(MetadataRequestFor({"nope", "no/pe"}))->frame;
  MetadataResponse expected;
  expected.brokers = {{7, "h7", 9092}, {8, "host8", 9093}};
  expected.controller_id = 8;
  expected.topics.resize(2);
  expected.topics[0].name = "nope";
  expected.topics[0].error = ErrorCode::kUnknownTopicOrPartition;
  expected.topics[1].name = "no/pe";
  expected.topics[1].error = ErrorCode::kInvalidTopic;
  EXPECT_EQ(frame, ResponseFrame(kMetadata, 1, [&expected](WireWriter& writer) {
              WriteMetadataResponse(1, expected, writer);
            }));
}

TEST_F(ResponderTest, TopicsAreFoundByTheirIds) {
  const auto request = [](const Uuid& id) {
    return Request(kMetadata, 12, Encoding::kFlexible, [&id](WireWriter& writer) {
      writer.Array(1);
      writer.WriteUuid(id);
      writer.NullableString(std::nullopt);
      writer.Tags();
      writer.Bool(false);
      writer.Bool(false);
      writer.Tags();
    });
  };
  ASSERT_TRUE(Respond(request(topics_.Find("clicks")->id)).ok());
  ASSERT_EQ(leaders_.queries().at(0).topics.size(), 1u);
  EXPECT_EQ(leaders_.queries()[0].topics[0].name, "clicks");

  MetadataResponse expected;
  expected.brokers = {{7, "h7", 9092}, {8, "host8", 9093}};
  expected.cluster_id = "vc";
  expected.controller_id = 8;
  expected.topics.resize(1);
  expected.topics[0].id = {1, 2};
  expected.topics[0].error = ErrorCode::kUnknownTopicId;
  EXPECT_EQ(Respond(request({1, 2}))->frame,
            ResponseFrame(kMetadata, 12, [&expected](WireWriter& writer) {
              WriteMetadataResponse(12, expected, writer);
            }));
}

// Clients thus keep all their brokers and try again.
TEST_F(ResponderTest, WhileLeadersAreUnknownTheBrokersAreListedAndLeadNothing) {
  MetadataResponse expected;
  expected.brokers = {{7, "h7", 9092}, {8, "host8", 9093}};
  expected.controller_id = 8;
  expected.topics.resize(1);
  expected.topics[0].name = "clicks";
  expected.topics[0].partitions.assign(2, {ErrorCode::kLeaderNotAvailable, -1});
  leaders_.Fail(absl::UnavailableError("unreachable"));
  EXPECT_EQ(Respond(MetadataRequestFor({"clicks"}))->frame,
            ResponseFrame(kMetadata, 1, [&expected](WireWriter& writer) {
              WriteMetadataResponse(1, expected, writer);
            }));
}

TEST_F(ResponderTest, SecondQuestionOfAConnectionIsOfAClientThatIsNotNew) {
  ASSERT_TRUE(Respond(MetadataRequestFor({"nope"})).ok());
  ASSERT_TRUE(Respond(MetadataRequestFor({"clicks"})).ok());
  ASSERT_TRUE(Respond(MetadataRequestFor({"clicks"})).ok());
  EXPECT_FALSE(leaders_.queries().at(0).established);
  EXPECT_FALSE(leaders_.queries().at(1).established) << "the first one asked for no leader";
  EXPECT_TRUE(leaders_.queries().at(2).established);
}

TEST_F(ResponderTest, ProducingCountsPerPartition) {
  EXPECT_EQ(Produce("orders", 1, batch_).base_offset, 0);
  EXPECT_EQ(Produce("orders", 1, batch_ + batch_).base_offset, 3);
  EXPECT_EQ(Produce("orders", 1, batch_).base_offset, 9);
  EXPECT_EQ(Produce("orders", 2, batch_).base_offset, 0);
  const TrafficInterval interval = traffic_.TakeInterval();
  ASSERT_EQ(interval.partitions.size(), 2u);
  EXPECT_EQ(interval.partitions[0].bytes_in, static_cast<int64_t>(4 * batch_.size()));
}

TEST_F(ResponderTest, WhatIsProducedCountsUnderThePlanThatLeadsTheClient) {
  leaders_.LeadBy("zone-a");
  Produce("orders", 1, batch_);
  leaders_.LeadBy(std::nullopt);
  Produce("orders", 1, batch_);
  const TrafficInterval interval = traffic_.TakeInterval();
  ASSERT_EQ(interval.partitions.size(), 1u);
  EXPECT_EQ(interval.partitions[0].plan_zone, "zone-a");
  EXPECT_EQ(interval.partitions[0].bytes_in, static_cast<int64_t>(batch_.size()));
}

TEST_F(ResponderTest, WhatCannotBeProducedCountsNothing) {
  EXPECT_EQ(Produce("nope", 0, batch_).error, ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(Produce("orders", 3, batch_).error, ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(Produce("orders", -1, batch_).error, ErrorCode::kUnknownTopicOrPartition);
  EXPECT_EQ(Produce("orders", 0, batch_.substr(1)).error, ErrorCode::kCorruptMessage);
  EXPECT_EQ(Produce("orders", 0, "").error, ErrorCode::kCorruptMessage);
  EXPECT_EQ(Produce("orders", 0, batch_, 2).error, ErrorCode::kInvalidRequiredAcks);
  EXPECT_EQ(Produce("orders", 0, "").base_offset, -1);
  EXPECT_TRUE(traffic_.TakeInterval().partitions.empty());
}

TEST_F(ResponderTest, WhatTheGateRefusesIsAnsweredThatAnotherAgentLeadsIt) {
  Responder gated(&topics_, &traffic_, &leaders_, &random_, &clock_, &gate_);
  gated.Begin(client_);
  const auto ask = [&](const std::string& request) {
    std::optional<absl::StatusOr<Reply>> got;
    gated.Respond(request, client_, [&](absl::StatusOr<Reply> reply) { got = std::move(reply); });
    return *got;
  };
  for (const int32_t partition : {0, 1}) {
    ProduceResponse expected;
    expected.topics.push_back({"orders", {{partition}}});
    ProduceResponse::Partition& answered = expected.topics[0].partitions[0];
    if (partition == 1) {
      answered.error = ErrorCode::kNotLeaderOrFollower;
    } else {
      answered.base_offset = 0;
      answered.log_start_offset = 0;
    }
    EXPECT_EQ(ask(ProduceRequestFor("orders", partition, batch_))->frame,
              ResponseFrame(kProduce, 7, [&](WireWriter& writer) {
                WriteProduceResponse(7, expected, writer);
              }));
    EXPECT_EQ(gate_.last_records, batch_);
    EXPECT_FALSE(gate_.last_was_fetch);
  }
  EXPECT_EQ(traffic_.NextOffset(*topics_.Find("orders"), 1), 0) << "nothing was written";
  EXPECT_EQ(gate_.last_client, absl::StrCat("app at ", client_.address));
  EXPECT_EQ(gate_.opened, std::vector<uint64_t>{gate_.last_connection});
  // A refused Fetch does not wait.
  EXPECT_EQ(ask(FetchRequestFor("orders", 1, 500))->delay, absl::ZeroDuration());
  EXPECT_EQ(ask(FetchRequestFor("orders", 0, 500))->delay, absl::Milliseconds(500));
  EXPECT_TRUE(gate_.last_was_fetch);
  // A producer that expects no answer would not learn that it is refused.
  const int asked = gate_.asked;
  EXPECT_TRUE(ask(ProduceRequestFor("orders", 1, batch_, 0)).ok());
  EXPECT_EQ(gate_.asked, asked);
  EXPECT_EQ(traffic_.NextOffset(*topics_.Find("orders"), 1), 3);
  EXPECT_EQ(gate_.requests, 5);
  gated.End(client_);
  EXPECT_EQ(gate_.closed, gate_.opened);
}

TEST_F(ResponderTest, ProducersThatWantNoAnswerGetNone) {
  const auto reply = Respond(ProduceRequestFor("orders", 0, batch_, 0));
  ASSERT_TRUE(reply.ok());
  EXPECT_TRUE(reply->frame.empty());
  EXPECT_EQ(traffic_.NextOffset(*topics_.Find("orders"), 0), 3);
}

TEST_F(ResponderTest, TheAnswerToARequestForManyPartitionsIsNoLongerThanExpected) {
  constexpr size_t kPartitions = 10'000;
  for (const int16_t version : {7, 9}) {
    const Encoding encoding = version < 9 ? Encoding::kPlain : Encoding::kFlexible;
    const std::string frame = Request(kProduce, version, encoding, [](WireWriter& writer) {
      writer.NullableString(std::nullopt);
      writer.Int16(-1);
      writer.Int32(1000);
      writer.Array(1);
      writer.String("orders");
      writer.Array(kPartitions);
      for (size_t i = 0; i < kPartitions; ++i) {
        writer.Int32(static_cast<int32_t>(i));
        writer.Bytes("");
        writer.Tags();
      }
      writer.Tags();
      writer.Tags();
    });
    const auto reply = Respond(frame);
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_GT(reply->frame.size(), 20 * kPartitions);
    EXPECT_LE(reply->frame.capacity(), responder_.BytesToAnswer(frame));
  }
}

TEST_F(ResponderTest, DataMakesAConnectionEstablished) {
  ASSERT_TRUE(Respond(ProduceRequestFor("orders", 0, batch_)).ok());
  ASSERT_TRUE(Respond(MetadataRequestFor({"orders"})).ok());
  EXPECT_TRUE(leaders_.queries().at(0).established);
}

TEST_F(ResponderTest, FetchFindsNothingAfterItsWait) {
  ASSERT_EQ(Produce("orders", 0, batch_).error, ErrorCode::kNone);
  FetchResponse expected;
  expected.topics.push_back({"orders", {{0, ErrorCode::kNone, 0}}});
  const auto frame = [&expected] {
    return ResponseFrame(
        kFetch, 7, [&expected](WireWriter& writer) { WriteFetchResponse(7, expected, writer); });
  };
  const auto reply = Respond(FetchRequestFor("orders", 0, 500));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->frame, frame());
  EXPECT_EQ(reply->delay, absl::Milliseconds(500));
  EXPECT_EQ(Respond(FetchRequestFor("orders", 0, 0x7FFFFFFF))->delay, Responder::kMaxFetchWait);
  EXPECT_EQ(Respond(FetchRequestFor("orders", 0, -5))->delay, absl::ZeroDuration());
}

TEST_F(ResponderTest, FetchErrorsComeAtOnce) {
  ASSERT_EQ(Produce("orders", 0, batch_).error, ErrorCode::kNone);
  const auto expect = [](const absl::StatusOr<Reply>& reply, const FetchResponse& expected) {
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->frame, ResponseFrame(kFetch, 7, [&expected](WireWriter& writer) {
                WriteFetchResponse(7, expected, writer);
              }));
    EXPECT_EQ(reply->delay, absl::ZeroDuration());
  };
  FetchResponse expected;
  expected.topics.push_back({"orders", {{0, ErrorCode::kOffsetOutOfRange, 0}}});
  expect(Respond(FetchRequestFor("orders", 3, 500)), expected);
  expect(Respond(FetchRequestFor("orders", -1, 500)), expected);
  expected.topics[0] = {"nope", {{0, ErrorCode::kUnknownTopicOrPartition, -1}}};
  expect(Respond(FetchRequestFor("nope", 0, 500)), expected);
  expected.topics.clear();
  expected.error = ErrorCode::kFetchSessionIdNotFound;
  expect(Respond(FetchRequestFor("orders", 0, 500, 1)), expected);
}

TEST_F(ResponderTest, ProducersGetIdsOfTheirOwn) {
  const auto init = [this](int64_t id, int16_t epoch, std::optional<std::string> transactional_id) {
    const auto reply = Respond(Request(kInitProducerId, 3, Encoding::kFlexible, [&](auto& writer) {
      writer.NullableString(transactional_id);
      writer.Int32(60'000);
      writer.Int64(id);
      writer.Int16(epoch);
      writer.Tags();
    }));
    WireReader reader(reply->frame, Encoding::kFlexible);
    reader.Int64();  // Length and correlation id.
    reader.SkipTags();
    reader.Int32();  // Throttle time.
    InitProducerIdResponse response;
    response.error = static_cast<ErrorCode>(reader.Int16());
    response.producer_id = reader.Int64();
    response.producer_epoch = reader.Int16();
    reader.SkipTags();
    EXPECT_TRUE(reader.ok() && reader.remaining() == 0);
    return response;
  };
  std::set<int64_t> ids;
  for (int i = 0; i < 1000; ++i) {
    const InitProducerIdResponse response = init(-1, -1, std::nullopt);
    EXPECT_EQ(response.error, ErrorCode::kNone);
    EXPECT_EQ(response.producer_epoch, 0);
    EXPECT_GE(response.producer_id, 0);
    ids.insert(response.producer_id);
  }
  EXPECT_EQ(ids.size(), 1000u);
  EXPECT_EQ(init(12, 3, std::nullopt).producer_id, 12);
  EXPECT_EQ(init(12, 3, std::nullopt).producer_epoch, 4);
  EXPECT_NE(init(12, 0x7FFF, std::nullopt).producer_id, 12) << "epochs used up";
  EXPECT_EQ(init(-1, -1, "tx").error, ErrorCode::kTransactionalIdAuthorizationFailed);
}

}  // namespace
}  // namespace bellwether::kafka
