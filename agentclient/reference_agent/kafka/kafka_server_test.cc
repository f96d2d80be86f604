#include "agentclient/reference_agent/kafka/kafka_server.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "agentclient/reference_agent/kafka/fake_leader_source.h"
#include "agentclient/reference_agent/kafka/golden_frames.h"
#include "agentclient/reference_agent/kafka/test_client.h"
#include "agentclient/reference_agent/kafka/test_requests.h"
#include "controlplane/base/fake_clock.h"

namespace bellwether::kafka {
namespace {

constexpr absl::Duration kLongGrace = absl::Seconds(20);

std::string WithCorrelationId(std::string frame, char id) {
  frame[11] = id;
  return frame;
}

char CorrelationId(const std::optional<std::string>& response) {
  return response.has_value() ? (*response)[7] : -1;
}

// A Fetch of nothing that waits for `max_wait_ms`.
std::string FetchFrame(int32_t max_wait_ms) {
  WireWriter writer;
  writer.Int16(1);
  writer.Int16(4);
  writer.Int32(0x01020304);
  writer.String("app");
  writer.Int32(-1);
  writer.Int32(max_wait_ms);
  writer.Int32(1);
  writer.Int32(1 << 20);
  writer.Int8(0);
  writer.Array(0);
  return writer.TakeFrame();
}

class KafkaServerTest : public ::testing::Test {
 protected:
  void Start(const KafkaServerOptions& options = {}) {
    auto server = KafkaServer::Start(options, &responder_, &traffic_, &budget_);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }
  std::unique_ptr<TestClient> Connect() { return std::make_unique<TestClient>(server_->port()); }

  // That nothing done to other connections has harmed this one.
  static void ExpectServed(TestClient& client) {
    ASSERT_TRUE(client.Send(Golden("api_versions.request.v0")));
    EXPECT_EQ(client.Receive(), Golden("api_versions.response.v0"));
  }

  // Lets other threads run until `condition` holds; the test's own time limit ends a hang.
  template <typename Condition>
  static void WaitFor(Condition condition) {
    while (!condition()) std::this_thread::yield();
  }
  void WaitForBytesIn(int64_t bytes) {
    int64_t seen = 0;
    WaitFor([&] { return (seen += traffic_.TakeInterval().bytes_in) >= bytes; });
  }

  const Topics topics_ = *Topics::Parse("orders:1000");
  Traffic traffic_{&topics_};
  FakeLeaderSource leaders_;
  SeededRandom random_{1};
  FakeClock clock_;
  Responder responder_{&topics_, &traffic_, &leaders_, &random_, &clock_};
  SystemClock system_clock_;
  MemoryBudget budget_{{}, &system_clock_};
  std::unique_ptr<KafkaServer> server_;
};

TEST_F(KafkaServerTest, BadAddressesAreRefusedInWords) {
  for (const char* address : {"", "9092", "host", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536"}) {
    KafkaServerOptions options;
    options.listen_address = address;
    const auto server = KafkaServer::Start(options, &responder_, &traffic_, &budget_);
    EXPECT_EQ(server.status().code(), absl::StatusCode::kInvalidArgument) << address;
  }
}

TEST_F(KafkaServerTest, ATakenPortIsReported) {
  Start();
  KafkaServerOptions options;
  options.listen_address = absl::StrCat("127.0.0.1:", server_->port());
  const auto second = KafkaServer::Start(options, &responder_, &traffic_, &budget_);
  EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
}

TEST_F(KafkaServerTest, PipelinedRequestsAreAnsweredInOrder) {
  Start();
  leaders_.Hold();
  const auto client = Connect();
  // The first answer is late; those after it are ready at once.
  std::string requests = WithCorrelationId(Golden("metadata.request.v1"), 0);
  for (char id = 1; id < 100; ++id) {
    requests += WithCorrelationId(Golden("api_versions.request.v0"), id);
  }
  ASSERT_TRUE(client->Send(requests));
  leaders_.WaitForQueries(1);
  const auto other = Connect();
  ExpectServed(*other);
  leaders_.Release();
  for (char id = 0; id < 100; ++id) ASSERT_EQ(CorrelationId(client->Receive()), id);
}

TEST_F(KafkaServerTest, FramesMayComeByteByByte) {
  Start();
  const auto client = Connect();
  for (const char c : Golden("api_versions.request.v3")) {
    ASSERT_TRUE(client->Send(absl::string_view(&c, 1)));
  }
  EXPECT_EQ(client->Receive(), Golden("api_versions.response.v3"));
}

TEST_F(KafkaServerTest, LargeFramesArriveWhole) {
  Start();
  const auto client = Connect();
  for (const size_t bytes : {4'000u, 70'000u, 5'000'000u, 10u}) {
    ASSERT_TRUE(client->Send(ProduceFrame(-1, bytes) + Golden("api_versions.request.v0")));
    ASSERT_TRUE(client->Receive().has_value());
    EXPECT_EQ(client->Receive(), Golden("api_versions.response.v0"));
  }
}

TEST_F(KafkaServerTest, ProducersThatWantNoAnswerGetNone) {
  Start();
  const auto client = Connect();
  ASSERT_TRUE(client->Send(ProduceFrame(0, 100)));
  ExpectServed(*client);
}

TEST_F(KafkaServerTest, BrokenFramesEndOnlyTheirOwnConnection) {
  KafkaServerOptions options;
  options.limits.max_frame_bytes = 1000;
  Start(options);
  const auto bystander = Connect();
  ExpectServed(*bystander);
  const std::string broken[] = {
      std::string("\x00\x00\x03\xE9", 4),                           // One byte over the limit.
      std::string("\x7F\xFF\xFF\xFF", 4),                           // Far over it.
      std::string("\xFF\xFF\xFF\xFF", 4),                           // Negative.
      std::string("\x00\x00\x00\x00", 4),                           // Nothing.
      std::string("\x00\x00\x00\x04\x00\x03\x00\x01", 8),           // Half a header.
      std::string("\x00\x00\x00\x08\x00\x11\x00\x01\0\0\0\0", 12),  // SaslHandshake.
      "GET / HTTP/1.1\r\n\r\n",
      std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03", 11),  // TLS.
  };
  for (const std::string& bytes : broken) {
    const auto client = Connect();
    ASSERT_TRUE(client->Send(bytes));
    EXPECT_TRUE(client->SeesTheEnd());
    ExpectServed(*bystander);
  }
}

TEST_F(KafkaServerTest, AHalfSentFrameIsGivenUpInTime) {
  KafkaServerOptions options;
  options.limits.frame_timeout = absl::Milliseconds(20);
  Start(options);
  const auto bystander = Connect();
  const std::string frame = Golden("metadata.request.v1");
  for (const size_t length : {size_t{1}, size_t{4}, frame.size() - 1}) {
    const auto client = Connect();
    ASSERT_TRUE(client->Send(frame.substr(0, length)));
    EXPECT_TRUE(client->SeesTheEnd()) << length;
  }
  ExpectServed(*bystander);
}

TEST_F(KafkaServerTest, ASilentConnectionIsClosed) {
  KafkaServerOptions options;
  options.limits.idle_timeout = absl::Milliseconds(20);
  Start(options);
  EXPECT_TRUE(Connect()->SeesTheEnd());
}

TEST_F(KafkaServerTest, AClientThatDoesNotReadIsCutOff) {
  KafkaServerOptions options;
  options.limits.frame_timeout = absl::Milliseconds(20);
  Start(options);
  const auto client = Connect();
  const auto bystander = Connect();
  // Each 32 bytes get an answer of 26 KB, until the sockets are full.
  const std::string request = Golden("metadata_all.request.v1");
  while (client->Send(request)) {
  }
  ExpectServed(*bystander);
}

TEST_F(KafkaServerTest, ConnectionsAreLimited) {
  KafkaServerOptions options;
  options.max_connections = 2;
  Start(options);
  auto first = Connect();
  const auto second = Connect();
  ExpectServed(*first);
  ExpectServed(*second);
  EXPECT_TRUE(Connect()->SeesTheEnd());
  first->Close();
  WaitFor([this] { return traffic_.open_connections() == 1; });
  // The last of its connection may outlive the count by a moment.
  bool served = false;
  while (!served) {
    const auto third = Connect();
    third->Send(Golden("api_versions.request.v0"));
    served = third->Receive() == Golden("api_versions.response.v0");
  }
  ExpectServed(*second);
}

TEST_F(KafkaServerTest, WhatIsOpenAndUnderWayIsCounted) {
  Start();
  leaders_.Hold();
  const auto idle = Connect();
  ExpectServed(*idle);
  auto asking = Connect();
  ASSERT_TRUE(asking->Send(Golden("metadata.request.v1")));
  leaders_.WaitForQueries(1);
  EXPECT_EQ(traffic_.open_connections(), 2);
  // The other client may have its answer a moment before that is counted.
  WaitFor([this] { return traffic_.in_flight_requests() == 1; });
  // It disconnects without waiting for its answer, which must not affect others.
  asking->Close();
  leaders_.Release();
  WaitFor([this] { return traffic_.open_connections() == 1; });
  EXPECT_EQ(traffic_.in_flight_requests(), 0);
  ExpectServed(*idle);
}

TEST_F(KafkaServerTest, StopAnswersWhatIsUnderWayAndThenSaysGoodbye) {
  Start();
  leaders_.Hold();
  const auto idle = Connect();
  ExpectServed(*idle);
  const auto asking = Connect();
  // The second request has arrived too before the server stops.
  ASSERT_TRUE(asking->Send(WithCorrelationId(Golden("metadata.request.v1"), 1) +
                           WithCorrelationId(Golden("api_versions.request.v0"), 2)));
  leaders_.WaitForQueries(1);
  const int port = server_->port();
  std::thread stopping([this] { server_->Stop(kLongGrace); });
  EXPECT_TRUE(idle->SeesTheEnd());
  idle->Close();
  EXPECT_FALSE(TestClient(port).connected());
  leaders_.Release();
  EXPECT_EQ(CorrelationId(asking->Receive()), 1);
  EXPECT_EQ(CorrelationId(asking->Receive()), 2);
  EXPECT_TRUE(asking->SeesGoodbye());
  asking->Close();
  stopping.join();
  EXPECT_EQ(traffic_.open_connections(), 0);
  EXPECT_EQ(traffic_.in_flight_requests(), 0);
}

TEST_F(KafkaServerTest, StopResetsNobodyWhoIsStillSending) {
  Start();
  leaders_.Hold();
  // The older connection is notified first: when the other one sees the end, this one has been
  // notified too.
  const auto asking = Connect();
  ASSERT_TRUE(asking->Send(Golden("metadata.request.v1")));
  leaders_.WaitForQueries(1);
  const auto idle = Connect();
  ExpectServed(*idle);
  std::thread stopping([this] { server_->Stop(kLongGrace); });
  EXPECT_TRUE(idle->SeesTheEnd());
  idle->Close();
  // Too late to be answered.
  ASSERT_TRUE(asking->Send(Golden("api_versions.request.v0")));
  leaders_.Release();
  EXPECT_TRUE(asking->Receive().has_value());
  EXPECT_TRUE(asking->SeesGoodbye());
  asking->Close();
  stopping.join();
}

TEST_F(KafkaServerTest, StopAnswersAWaitingFetchAtOnce) {
  Start();
  const auto client = Connect();
  ASSERT_TRUE(client->Send(FetchFrame(25'000)));
  WaitFor([this] { return traffic_.in_flight_requests() == 1; });
  std::thread stopping([this] { server_->Stop(kLongGrace); });
  EXPECT_TRUE(client->Receive().has_value());
  client->Close();
  stopping.join();
}

TEST_F(KafkaServerTest, StopWaitsForTheRestOfAFrame) {
  Start();
  const auto idle = Connect();
  ExpectServed(*idle);
  const auto client = Connect();
  const std::string request = Golden("api_versions.request.v0");
  traffic_.TakeInterval();
  ASSERT_TRUE(client->Send(request.substr(0, 6)));
  WaitForBytesIn(6);
  std::thread stopping([this] { server_->Stop(kLongGrace); });
  EXPECT_TRUE(idle->SeesTheEnd());
  idle->Close();
  ASSERT_TRUE(client->Send(request.substr(6)));
  EXPECT_EQ(client->Receive(), Golden("api_versions.response.v0"));
  client->Close();
  stopping.join();
}

TEST_F(KafkaServerTest, StopDoesNotWaitLongerThanItsGrace) {
  Start();
  const auto half = Connect();
  ASSERT_TRUE(half->Send("\x01"));
  const auto lingering = Connect();
  ExpectServed(*lingering);
  server_->Stop(absl::Milliseconds(20));
  EXPECT_EQ(traffic_.open_connections(), 0);
  EXPECT_TRUE(half->SeesTheEnd());
  EXPECT_TRUE(lingering->SeesTheEnd());
  server_->Stop(kLongGrace);
}

TEST_F(KafkaServerTest, StopWaitsForAnswersThatComeAfterItsGrace) {
  Start();
  leaders_.Hold();
  const auto asking = Connect();
  ASSERT_TRUE(asking->Send(Golden("metadata.request.v1")));
  leaders_.WaitForQueries(1);
  std::thread stopping([this] { server_.reset(); });
  EXPECT_TRUE(asking->SeesTheEnd());
  EXPECT_EQ(traffic_.in_flight_requests(), 0);
  leaders_.Release();
  stopping.join();
  EXPECT_EQ(traffic_.open_connections(), 0);
  EXPECT_EQ(traffic_.in_flight_requests(), 0);
}

}  // namespace
}  // namespace bellwether::kafka
