#include "agentclient/control_plane_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <string>

#include "agentclient/channel.h"
#include "agentclient/fake_control_plane.h"
#include "agentclient/rpc_status.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

TEST(ControlPlaneClientTest, ErrorsKeepCodeMessageReasonAndMetadata) {
  FakeControlPlane fake;
  fake.AnswerRegistrations([](const auto&, auto&) {
    return WireError(grpc::StatusCode::FAILED_PRECONDITION, "AGENT_POOL_MISMATCH",
                     "agent pool apn_a is not that of virtual cluster orders; use apn_orders");
  });
  ControlPlaneClient client(MakeChannel(fake.address()));
  const absl::Status status = client.Register({}).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(),
            "agent pool apn_a is not that of virtual cluster orders; use apn_orders");
  EXPECT_EQ(GetReason(status), Reason::kAgentPoolMismatch);
  EXPECT_EQ(GetErrorMetadata(status),
            (std::map<std::string, std::string>{{"agent_pool", "apn_orders"}}));
  EXPECT_EQ(GetRetryDelay(status), std::nullopt);
}

TEST(ControlPlaneClientTest, EveryReasonIsUnderstood) {
  for (const Reason reason : {Reason::kInvalidArgument, Reason::kUnknownStrategy,
                              Reason::kAgentPoolNotFound, Reason::kStaleAgentEpoch,
                              Reason::kNoLiveAgent, Reason::kOverloaded, Reason::kShuttingDown}) {
    EXPECT_EQ(GetReason(FromGrpcStatus(
                  WireError(grpc::StatusCode::UNKNOWN, ReasonName(reason), "because"))),
              reason);
  }
}

TEST(ControlPlaneClientTest, ReasonOfALaterVersionIsLeftOut) {
  const absl::Status status =
      FromGrpcStatus(WireError(grpc::StatusCode::NOT_FOUND, "NOT_INVENTED_YET", "what?"));
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "what?");
  EXPECT_EQ(GetReason(status), std::nullopt);
}

TEST(ControlPlaneClientTest, GarbledDetailsAreLeftOut) {
  const absl::Status status =
      FromGrpcStatus(grpc::Status(grpc::StatusCode::NOT_FOUND, "gone", "\xff\xff garbage"));
  EXPECT_EQ(status, absl::NotFoundError("gone"));
}

TEST(ControlPlaneClientTest, RetryDelayIsKept) {
  const absl::Status status = FromGrpcStatus(
      WireError(grpc::StatusCode::UNAVAILABLE, "NO_LIVE_AGENT", "none", absl::Seconds(2)));
  EXPECT_EQ(GetRetryDelay(status), absl::Seconds(2));
  EXPECT_EQ(GetReason(status), Reason::kNoLiveAgent);
}

TEST(ControlPlaneClientTest, ACallThatIsNotAnsweredEndsAtItsDeadline) {
  FakeControlPlane fake;
  fake.Hang();
  CallTimeouts timeouts;
  timeouts.registration = timeouts.heartbeat = timeouts.deregistration = timeouts.leaders =
      absl::Milliseconds(50);
  ControlPlaneClient client(MakeChannel(fake.address()), timeouts);
  EXPECT_EQ(client.Register({}).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(client.Heartbeat({}).status().code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(client.Deregister({}).code(), absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(client.ResolveLeaders({}).status().code(), absl::StatusCode::kDeadlineExceeded);
}

TEST(ControlPlaneClientTest, AskingNobodyFailsAtOnce) {
  int port = 0;
  {
    FakeControlPlane gone;
    port = gone.port();
  }
  ControlPlaneClient client(MakeChannel("127.0.0.1:" + std::to_string(port)));
  EXPECT_EQ(client.ResolveLeaders({}).status().code(), absl::StatusCode::kUnavailable);
}

TEST(ControlPlaneClientTest, ManyQueriesMayBeUnderWay) {
  FakeControlPlane fake;
  fake.AnswerLeaderQueries(
      [](const v1::ResolveLeadersRequest& request, v1::ResolveLeadersResponse& response) {
        response.set_virtual_cluster_uid(request.client_id());
        return grpc::Status::OK;
      });
  CallTimeouts timeouts;
  timeouts.leaders = absl::Minutes(1);
  ControlPlaneClient client(MakeChannel(fake.address()), timeouts);
  fake.Hang();
  std::map<std::string, std::future<std::string>> answers;
  for (int i = 0; i < 200; ++i) {
    v1::ResolveLeadersRequest request;
    request.set_client_id(std::to_string(i));
    auto promise = std::make_shared<std::promise<std::string>>();
    answers[request.client_id()] = promise->get_future();
    client.ResolveLeaders(request, [promise](absl::StatusOr<v1::ResolveLeadersResponse> answer) {
      promise->set_value(answer.ok() ? answer->virtual_cluster_uid() : answer.status().ToString());
    });
  }
  fake.Resume();
  for (auto& [client_id, answer] : answers) EXPECT_EQ(answer.get(), client_id);
}

TEST(ControlPlaneClientTest, ItsEndWaitsForQueriesUnderWay) {
  FakeControlPlane fake;
  fake.Hang();
  CallTimeouts timeouts;
  timeouts.leaders = absl::Milliseconds(50);
  std::atomic<int> answers = 0;
  {
    // The only holder of the channel: it must not go on gRPC's thread, with the last query.
    ControlPlaneClient client(MakeChannel(fake.address()), timeouts);
    for (int i = 0; i < 50; ++i) {
      client.ResolveLeaders(
          {}, [&answers](const absl::StatusOr<v1::ResolveLeadersResponse>&) { ++answers; });
    }
  }
  EXPECT_EQ(answers, 50);
}

}  // namespace
}  // namespace bellwether
