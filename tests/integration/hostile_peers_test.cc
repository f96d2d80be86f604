// Peers without a credential that never finish a request, or reset calls in a flood, do not affect
// honest clients: on every port, with and without TLS. HOSTILE_SECONDS sets how long each attack
// lasts.

#include "tests/integration/hostile_peers.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <stdio.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/time/clock.h"
#include "agentclient/channel_credentials.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "controlplane/model/limits.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/process_usage.h"
#include "tests/support/test_authority.h"

namespace bellwether {
namespace {

// Unguarded, calls fail after 20 seconds, and memory grows by gigabytes. Guarded, an optimised
// program answers within a second: the test prints how long it took. The bound leaves room for
// machines that do other work.
constexpr absl::Duration kLate = absl::Seconds(10);
constexpr int64_t kMemory = 100 << 20;
constexpr absl::Duration kPause = absl::Milliseconds(50);

absl::Duration AttackTime() {
  const char* seconds = std::getenv("HOSTILE_SECONDS");
  int parsed = 0;
  return absl::Seconds(seconds != nullptr && absl::SimpleAtoi(seconds, &parsed) ? parsed : 2);
}

// How an honest caller fares, who calls again and again on a thread of its own.
class HonestCaller {
 public:
  // `call` makes one call, waits for its end, and returns whether it succeeded.
  HonestCaller(std::string name, std::function<bool()> call)
      : name_(std::move(name)), call_(std::move(call)), thread_([this] { Run(); }) {}
  ~HonestCaller() { End(); }
  HonestCaller(const HonestCaller&) = delete;
  HonestCaller& operator=(const HonestCaller&) = delete;

  void End() {
    end_ = true;
    if (thread_.joinable()) thread_.join();
  }
  void ExpectServed() {
    End();
    EXPECT_GT(calls_, 0) << name_;
    EXPECT_EQ(failed_, 0) << name_ << " of " << calls_;
    EXPECT_LT(longest_, kLate) << name_;
    printf("  %s: %d calls, %d failed, longest %.0f ms\n", name_.c_str(), calls_, failed_,
           absl::ToDoubleMilliseconds(longest_));
  }

 private:
  void Run() {
    while (!end_) {
      const absl::Time start = absl::Now();
      if (!call_()) ++failed_;
      longest_ = std::max(longest_, absl::Now() - start);
      ++calls_;
      absl::SleepFor(kPause);
    }
  }

  const std::string name_;
  const std::function<bool()> call_;
  std::atomic<bool> end_ = false;
  int calls_ = 0;
  int failed_ = 0;
  absl::Duration longest_ = absl::ZeroDuration();
  // Last, so that the thread finds everything else ready.
  std::thread thread_;
};

// A connection that is not shared.
std::shared_ptr<grpc::Channel> Connect(const std::string& address, const std::string& authority) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  if (authority.empty()) {
    return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
  }
  const auto credentials = MakeChannelCredentials({"", "", authority});
  EXPECT_TRUE(credentials.ok()) << credentials.status();
  return grpc::CreateCustomChannel(address, *credentials, arguments);
}

void SetPatience(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
}

// An agent that sends heartbeats over a stream, each after the answer to the last.
class HonestAgent {
 public:
  explicit HonestAgent(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::AgentService::NewStub(channel)) {
    v1::RegisterAgentRequest request;
    request.set_agent_id("agent-1");
    request.set_boot_id("boot-1");
    request.set_address("127.0.0.1:9092");
    v1::RegisterAgentResponse response;
    grpc::ClientContext context;
    const grpc::Status status = stub_->RegisterAgent(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    heartbeat_.set_agent_id("agent-1");
    heartbeat_.set_agent_pool(response.agent_pool());
    heartbeat_.set_agent_epoch(response.agent_epoch());
    heartbeat_.set_cluster_uid(response.cluster_uid());
    stream_ = stub_->StreamHeartbeats(&context_);
  }
  ~HonestAgent() { context_.TryCancel(); }
  HonestAgent(const HonestAgent&) = delete;
  HonestAgent& operator=(const HonestAgent&) = delete;

  bool SendHeartbeat() {
    heartbeat_.set_sequence(heartbeat_.sequence() + 1);
    v1::HeartbeatResponse answer;
    return stream_->Write(heartbeat_) && stream_->Read(&answer) && !answer.reregister();
  }

 private:
  const std::unique_ptr<v1::AgentService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::HeartbeatRequest, v1::HeartbeatResponse>> stream_;
  v1::HeartbeatRequest heartbeat_;
};

// A query of about that many bytes for topics that each have one partition.
v1::ResolveLeadersRequest Query(int bytes) {
  constexpr int kTopicBytes = 200;
  v1::ResolveLeadersRequest request;
  request.set_virtual_cluster("vcn_default");
  for (int i = 0; i * (kTopicBytes + 7) < bytes; ++i) {
    v1::TopicPartitions& topic = *request.add_topics();
    topic.set_topic(absl::StrCat(std::string(kTopicBytes - 6, 't'), 100'000 + i));
    topic.set_partition_count(1);
  }
  return request;
}

class HonestClient {
 public:
  explicit HonestClient(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(v1::DiscoveryService::NewStub(channel)) {}

  grpc::Status Ask(const v1::ResolveLeadersRequest& request) {
    grpc::ClientContext context;
    SetPatience(context);
    v1::ResolveLeadersResponse response;
    return stub_->ResolveLeaders(&context, request, &response);
  }

 private:
  const std::unique_ptr<v1::DiscoveryService::Stub> stub_;
};

// gRPC's own health, without generated code.
class Probe {
 public:
  explicit Probe(const std::shared_ptr<grpc::Channel>& channel) : stub_(channel) {}

  bool Check() {
    grpc::ClientContext context;
    SetPatience(context);
    // An empty message.
    const grpc::Slice nothing;
    const grpc::ByteBuffer request(&nothing, 1);
    grpc::ByteBuffer response;
    std::promise<bool> ok;
    stub_.UnaryCall(&context, "/grpc.health.v1.Health/Check", grpc::StubOptions(), &request,
                    &response, [&ok](const grpc::Status& status) { ok.set_value(status.ok()); });
    return ok.get_future().get();
  }

 private:
  grpc::GenericStub stub_;
};

// A control plane with all of its ports, in plain text or with TLS where there is TLS.
class Plane {
 public:
  explicit Plane(bool tls) : tls_(tls), authority_("authority"), process_(Flags()) {}

  std::string AddressOf(const std::string& port) {
    if (port == "agent") return process_.agent_address();
    if (port == "admin") return process_.admin_address();
    return "127.0.0.1:" + LogValue(process_.process().Output(), "health_port");
  }
  std::shared_ptr<grpc::Channel> ConnectTo(const std::string& port) {
    return Connect(AddressOf(port), HasTls(port) ? authority_.certificate() : "");
  }
  // The health port never has TLS.
  bool HasTls(const std::string& port) const { return tls_ && port != "health"; }
  ControlPlaneProcess& process() { return process_; }

 private:
  std::vector<std::string> Flags() const {
    std::vector<std::string> flags = {"--health_address=127.0.0.1:0", "--slow_start=0s"};
    if (!tls_) return flags;
    const TestCertificate own = authority_.Issue("bellwether");
    for (const char* listener : {"agent", "admin"}) {
      flags.push_back(absl::StrCat("--", listener, "_tls_cert=", own.certificate));
      flags.push_back(absl::StrCat("--", listener, "_tls_key=", own.key));
    }
    return flags;
  }

  const bool tls_;
  const TestAuthority authority_;
  ControlPlaneProcess process_;
};

struct AttackCase {
  const char* name;
  Attack attack;
  int connections;
  const char* port;
  bool tls;
  // Why the control plane cuts the connections off; empty if gRPC itself ends them.
  const char* reason;
};

// Of the first connection that was cut off; empty if none was.
std::string CutReasonIn(const std::string& output) {
  const size_t line = output.find("connection cut off");
  return line == std::string::npos ? "" : LogValue(output.substr(line), "reason");
}

class HostilePeersTest : public testing::TestWithParam<AttackCase> {};

TEST_P(HostilePeersTest, HonestCallsGoOnMemoryIsBoundedAndPeersAreCutOff) {
  const AttackCase& attack = GetParam();
  Plane plane(attack.tls);
  HonestAgent agent(plane.ConnectTo("agent"));
  ASSERT_TRUE(agent.SendHeartbeat());
  HonestClient client(plane.ConnectTo("agent"));
  const v1::ResolveLeadersRequest query = Query(1'000);
  const auto admins = v1::VirtualClusterService::NewStub(plane.ConnectTo("admin"));
  Probe probe(plane.ConnectTo("health"));
  const pid_t pid = plane.process().process().pid();
  const int64_t memory_before = ResidentBytes(pid);
  int64_t memory = 0;

  std::vector<std::unique_ptr<HonestCaller>> callers;
  callers.push_back(
      std::make_unique<HonestCaller>("heartbeats", [&] { return agent.SendHeartbeat(); }));
  callers.push_back(
      std::make_unique<HonestCaller>("leader queries", [&] { return client.Ask(query).ok(); }));
  callers.push_back(std::make_unique<HonestCaller>("admin calls", [&] {
    grpc::ClientContext context;
    SetPatience(context);
    v1::ListVirtualClustersResponse response;
    return admins->ListVirtualClusters(&context, {}, &response).ok();
  }));
  callers.push_back(std::make_unique<HonestCaller>("probes", [&] { return probe.Check(); }));
  HostilePeers peers(plane.AddressOf(attack.port), plane.HasTls(attack.port), attack.attack,
                     attack.connections);
  for (const absl::Time end = absl::Now() + AttackTime(); absl::Now() < end;) {
    memory = std::max(memory, ResidentBytes(pid) - memory_before);
    absl::SleepFor(absl::Milliseconds(10));
  }
  const int cuts = peers.cuts();
  const double megabytes = static_cast<double>(peers.bytes()) / (1 << 20);
  printf("  %d cut off, after %.0f ms at most; %.1f MB sent, memory +%.0f MB\n", cuts,
         absl::ToDoubleMilliseconds(peers.longest()), megabytes,
         static_cast<double>(memory) / (1 << 20));
  for (const auto& caller : callers) {
    caller->ExpectServed();
  }
  peers.End();
  EXPECT_GT(cuts, 0);
  EXPECT_LT(memory, kMemory);
  EXPECT_EQ(CutReasonIn(plane.process().process().Output()), attack.reason);
  printf("  after it: memory +%.0f MB\n",
         static_cast<double>(ResidentBytes(pid) - memory_before) / (1 << 20));
}

INSTANTIATE_TEST_SUITE_P(
    Attacks, HostilePeersTest,
    testing::Values(
        AttackCase{"endless_header", Attack::kEndlessHeader, 4, "agent", false,
                   "unfinished_headers"},
        AttackCase{"endless_header_tls", Attack::kEndlessHeader, 4, "admin", true,
                   "unfinished_headers"},
        AttackCase{"endless_header_health", Attack::kEndlessHeader, 4, "health", false,
                   "unfinished_headers"},
        AttackCase{"small_frames", Attack::kEndlessHeaderInSmallFrames, 4, "agent", false,
                   "unfinished_headers"},
        AttackCase{"small_headers", Attack::kSmallHeaders, 90, "agent", false,
                   "unfinished_headers"},
        AttackCase{"small_headers_tls", Attack::kSmallHeaders, 90, "agent", true,
                   "unfinished_headers"},
        AttackCase{"large_headers", Attack::kLargeHeaders, 1, "agent", false, "unfinished_headers"},
        AttackCase{"resets", Attack::kResets, 4, "agent", false, "resets"},
        AttackCase{"resets_of_many", Attack::kResets, 90, "agent", false, "resets"},
        AttackCase{"resets_tls", Attack::kResets, 4, "agent", true, "resets"},
        AttackCase{"resets_health", Attack::kResets, 4, "health", false, "resets"},
        AttackCase{"resets_between_calls", Attack::kResetsBetweenCalls, 4, "admin", false,
                   "resets"},
        AttackCase{"timeouts_of_many", Attack::kTimeouts, 40, "agent", false, "calls"},
        AttackCase{"timeouts_tls", Attack::kTimeouts, 4, "admin", true, "calls"},
        AttackCase{"server_resets", Attack::kServerResets, 4, "agent", false, ""},
        AttackCase{"settings", Attack::kSettings, 4, "agent", false, "control_frames"},
        AttackCase{"settings_tls", Attack::kSettings, 4, "admin", true, "control_frames"},
        AttackCase{"settings_between_data", Attack::kSettingsBetweenData, 40, "agent", false,
                   "control_frames"},
        AttackCase{"pings", Attack::kPings, 4, "agent", false, "control_frames"}),
    [](const auto& attack) { return attack.param.name; });

// What is large, slow or much, and honest.
class HonestLoadTest : public testing::TestWithParam<bool> {};

TEST_P(HonestLoadTest, LargeRequestsSideBySideAreAnswered) {
  constexpr int kAtOnce = 4;
  Plane plane(GetParam());
  HonestAgent agent(plane.ConnectTo("agent"));
  const v1::ResolveLeadersRequest query = Query(kMaxRequestBytes - 64 * 1024);
  ASSERT_LT(query.ByteSizeLong(), static_cast<size_t>(kMaxRequestBytes));
  // All over one connection.
  HonestClient client(plane.ConnectTo("agent"));
  for (int round = 0; round < 3; ++round) {
    std::vector<std::thread> threads;
    for (int i = 0; i < kAtOnce; ++i) {
      threads.emplace_back([&] {
        const grpc::Status status = client.Ask(query);
        // A full queue must not cut a connection off.
        EXPECT_TRUE(status.ok() || status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED)
            << status.error_message();
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  const std::string output = plane.process().process().Output();
  EXPECT_FALSE(absl::StrContains(output, "connection cut off")) << output;
}

TEST_P(HonestLoadTest, ManyCallsThatBeginAtOnceAreAnswered) {
  constexpr int kCalls = 2'000;
  Plane plane(GetParam());
  HonestAgent agent(plane.ConnectTo("agent"));
  const auto stub = v1::DiscoveryService::NewStub(plane.ConnectTo("agent"));
  struct Call {
    grpc::ClientContext context;
    v1::ResolveLeadersRequest request = Query(100);
    v1::ResolveLeadersResponse response;
  };
  for (int round = 0; round < 3; ++round) {
    std::vector<std::unique_ptr<Call>> calls;
    std::atomic<int> failed = 0;
    absl::BlockingCounter running(kCalls);
    for (int i = 0; i < kCalls; ++i) {
      calls.push_back(std::make_unique<Call>());
      Call& call = *calls.back();
      stub->async()->ResolveLeaders(&call.context, &call.request, &call.response,
                                    [&](const grpc::Status& status) {
                                      if (!status.ok()) ++failed;
                                      running.DecrementCount();
                                    });
    }
    running.Wait();
    EXPECT_EQ(failed, 0);
  }
  EXPECT_FALSE(absl::StrContains(plane.process().process().Output(), "connection cut off"));
}

INSTANTIATE_TEST_SUITE_P(PlainAndTls, HonestLoadTest, testing::Bool(),
                         [](const auto& tls) { return tls.param ? "tls" : "plain"; });

}  // namespace
}  // namespace bellwether
