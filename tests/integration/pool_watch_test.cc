// Agents that watch their pool, over real gRPC: they return the same leaders as the control plane,
// receive every change, and cannot delay others.

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agentclient/channel.h"
#include "agentclient/pool_watcher.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_control_plane.h"

namespace bellwether {
namespace {

class PoolWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    v1::CreateVirtualClusterRequest request;
    request.set_virtual_cluster_id("orders");
    grpc::ClientContext context;
    v1::VirtualCluster cluster;
    ASSERT_GRPC_OK(plane_.clusters().CreateVirtualCluster(&context, request, &cluster));
    for (const char* zone : {"west", "east"}) {
      for (const char* number : {"0", "1", "2"}) Join(absl::StrCat(zone, number), zone);
    }
  }

  v1::RegisterAgentResponse Join(const std::string& id, const std::string& zone) {
    v1::RegisterAgentRequest agent = TestControlPlane::Registration(id, "apn_orders");
    agent.set_zone(zone);
    const v1::RegisterAgentResponse registration = plane_.Register(agent);
    EXPECT_GRPC_OK(plane_.SendHeartbeat(id, registration, 1));
    return registration;
  }
  std::string Address() { return absl::StrCat("127.0.0.1:", plane_.server().agent_port()); }

  v1::VirtualCluster Update(const v1::VirtualCluster& fields, const std::string& path) {
    v1::UpdateVirtualClusterRequest request;
    *request.mutable_virtual_cluster() = fields;
    request.mutable_virtual_cluster()->set_name("virtualClusters/orders");
    request.mutable_update_mask()->add_paths(path);
    grpc::ClientContext context;
    v1::VirtualCluster updated;
    EXPECT_GRPC_OK(plane_.clusters().UpdateVirtualCluster(&context, request, &updated));
    return updated;
  }

  TestControlPlane plane_;
  SystemClock clock_;
  SystemRandom random_;
  PoolWatchListener listener_;
};

// The parts of an answer of either kind that a client sees.
std::string Seen(const v1::ResolveLeadersResponse& answer) {
  std::string text = absl::StrCat(answer.virtual_cluster_uid(), " ", answer.strategy(), "\n");
  for (const v1::Broker& broker : answer.brokers()) {
    absl::StrAppend(&text, broker.agent_id(), " ", broker.broker_id(), " ", broker.host(), ":",
                    broker.port(), " ", broker.zone(), "\n");
  }
  for (const v1::TopicLeaders& topic : answer.topics()) {
    for (const int32_t leader : topic.leader_broker_ids()) absl::StrAppend(&text, " ", leader);
  }
  return text;
}

std::string Seen(const LeaderAnswer& answer) {
  std::string text =
      absl::StrCat(answer.virtual_cluster_uid, " ", StrategyName(answer.strategy), "\n");
  for (const uint32_t broker : answer.brokers) {
    const Registration& agent = answer.view->agents[broker]->registration;
    absl::StrAppend(&text, agent.spec.agent_id, " ", agent.broker_id, " ", agent.spec.address.host,
                    ":", agent.spec.address.port, " ", agent.spec.zone, "\n");
  }
  for (const LeaderAnswer::TopicLeaders& topic : answer.topics) {
    for (const uint32_t leader : topic.leaders) {
      absl::StrAppend(&text, " ", answer.view->agents[leader]->registration.broker_id);
    }
  }
  return text;
}

// Waits until the watcher gives the answer that the control plane gives, for many clients.
void AwaitSameAnswers(TestControlPlane& plane, PoolWatcher& watcher) {
  for (int i = 0; i < 30; ++i) {
    LeaderQuery query;
    query.client_id = absl::StrCat("client-", i, i % 3 == 0 ? ",ws_az=west" : "");
    query.client_address = "10.0.0.1:40000";
    query.topics = {{"t", 40}};
    v1::ResolveLeadersResponse asked;
    ASSERT_GRPC_OK(plane.Resolve("orders", query.client_id, 40, &asked));
    while (true) {
      const std::optional<LeaderAnswer> found = watcher.Answer(query);
      if (found.has_value() && Seen(*found) == Seen(asked)) break;
      std::this_thread::yield();
    }
  }
}

TEST_F(PoolWatchTest, WatcherFollowsEveryChange) {
  PoolWatcher watcher(MakeChannel(Address()), clock_, random_, listener_);
  watcher.Watch("virtualClusters/orders");
  AwaitSameAnswers(plane_, watcher);

  grpc::ClientContext draining;
  v1::DrainAgentRequest drain;
  drain.set_name("agentPools/apn_orders/agents/west1");
  v1::Agent drained;
  ASSERT_GRPC_OK(plane_.pools().DrainAgent(&draining, drain, &drained));
  AwaitSameAnswers(plane_, watcher);

  Join("west3", "west");
  plane_.clock().Advance(absl::Seconds(1));
  AwaitSameAnswers(plane_, watcher);

  v1::VirtualCluster fields;
  v1::ZoneCidr& east = *fields.add_zone_cidrs();
  east.set_cidr("10.0.0.0/8");
  east.set_zone("east");
  Update(fields, "zone_cidrs");
  AwaitSameAnswers(plane_, watcher);

  // From then on the clients of this one have to be asked for.
  fields.set_default_partition_assignment_strategy("single_agent");
  Update(fields, "default_partition_assignment_strategy");
  LeaderQuery query;
  query.client_id = "client";
  while (watcher.Answer(query).has_value()) std::this_thread::yield();
  query.client_id = "client,ws_pas=consistent_random_jump";
  EXPECT_TRUE(watcher.Answer(query).has_value());
}

TEST_F(PoolWatchTest, DeletedClusterIsNotAnsweredFor) {
  PoolWatcher watcher(MakeChannel(Address()), clock_, random_, listener_);
  watcher.Watch("virtualClusters/orders");
  AwaitSameAnswers(plane_, watcher);
  grpc::ClientContext context;
  v1::DeleteVirtualClusterRequest request;
  request.set_name("virtualClusters/orders");
  request.set_force(true);
  v1::VirtualCluster deleted;
  ASSERT_GRPC_OK(plane_.clusters().DeleteVirtualCluster(&context, request, &deleted));
  while (watcher.replica() != nullptr) std::this_thread::yield();
}

// A stream that is read by hand.
struct Stream {
  Stream(v1::DiscoveryService::Stub& stub, const std::string& cluster, int64_t resume_after = 0) {
    v1::WatchPoolRequest request;
    request.set_virtual_cluster(cluster);
    request.set_resume_after(resume_after);
    reader = stub.WatchPool(&context, request);
  }

  grpc::ClientContext context;
  std::unique_ptr<grpc::ClientReader<v1::WatchPoolResponse>> reader;
};

TEST_F(PoolWatchTest, WhoComesBackHearsWhatItMissed) {
  v1::WatchPoolResponse first;
  {
    Stream stream(plane_.discovery(), "orders");
    ASSERT_TRUE(stream.reader->Read(&first));
    EXPECT_EQ(first.base_position(), 0);
    EXPECT_EQ(first.agents_size(), 6);
    stream.context.TryCancel();
  }
  {
    Stream stream(plane_.discovery(), "orders", first.position());
    v1::WatchPoolResponse nothing_new;
    ASSERT_TRUE(stream.reader->Read(&nothing_new));
    EXPECT_EQ(nothing_new.base_position(), first.position());
    EXPECT_EQ(nothing_new.position(), first.position());
    EXPECT_LT(nothing_new.ByteSizeLong(), 40u);
    stream.context.TryCancel();
  }
  Join("west3", "west");
  Stream stream(plane_.discovery(), "orders", first.position());
  v1::WatchPoolResponse change;
  // The publisher may not have run yet.
  while (stream.reader->Read(&change) && change.position() == first.position()) {
  }
  EXPECT_EQ(change.base_position(), first.position());
  EXPECT_EQ(change.agents_size(), 1);
  EXPECT_EQ(change.agents(0).agent_id(), "west3");
  stream.context.TryCancel();
}

TEST_F(PoolWatchTest, UnknownPositionBeginsAnew) {
  Stream stream(plane_.discovery(), "orders", 12345);
  v1::WatchPoolResponse view;
  ASSERT_TRUE(stream.reader->Read(&view));
  EXPECT_EQ(view.base_position(), 0);
  EXPECT_EQ(view.agents_size(), 6);
  stream.context.TryCancel();
}

TEST_F(PoolWatchTest, UnknownClusterIsNotFound) {
  Stream stream(plane_.discovery(), "nowhere");
  v1::WatchPoolResponse view;
  EXPECT_FALSE(stream.reader->Read(&view));
  const grpc::Status status = stream.reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(PoolWatchTest, SlowReaderIsCutOff) {
  // Makes views larger than the buffers of a connection.
  const std::string label(62, 'h');
  const std::string longest = absl::StrCat(label, ".", label, ".", label, ".", label, ":9092");
  for (int i = 0; i < 1'200; ++i) {
    v1::RegisterAgentRequest agent =
        TestControlPlane::Registration(absl::StrCat("agent-", i), "apn_orders");
    agent.set_address(longest);
    plane_.Register(agent);
  }
  // Window sizes that do not grow.
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto stub = v1::DiscoveryService::NewStub(
      grpc::CreateCustomChannel(Address(), grpc::InsecureChannelCredentials(), arguments));
  Stream slow(*stub, "orders");
  // Others are not held up meanwhile.
  PoolWatcher watcher(MakeChannel(Address()), clock_, random_, listener_);
  watcher.Watch("virtualClusters/orders");
  AwaitSameAnswers(plane_, watcher);
  // Before that it reads nothing.
  while (!absl::StrContains(plane_.Metrics(),
                            "grpc_server_handled_total{grpc_code=\"CANCELLED\","
                            "grpc_method=\"WatchPool\","
                            "grpc_service=\"bellwether.v1.DiscoveryService\","
                            "grpc_type=\"server_stream\"} 1\n")) {
  }
  v1::WatchPoolResponse view;
  EXPECT_FALSE(slow.reader->Read(&view));
  EXPECT_EQ(slow.reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(PoolWatchTest, ShutdownEndsWatches) {
  Stream stream(plane_.discovery(), "orders");
  v1::WatchPoolResponse view;
  ASSERT_TRUE(stream.reader->Read(&view));
  std::thread stopping([this] { plane_.server().Shutdown(); });
  while (stream.reader->Read(&view)) {
  }
  const grpc::Status status = stream.reader->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "the control plane is shutting down; connect again shortly");
  stopping.join();
}

}  // namespace
}  // namespace bellwether
