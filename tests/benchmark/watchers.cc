// What it takes to tell 1 000 agents of every change of their pool: how long until the last of them
// knows, and the processor time of the control plane, busy and idle. The watchers share the machine
// with it, and some share a connection.

#include <grpcpp/create_channel.h>
#include <grpcpp/support/client_callback.h>
#include <stdio.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "bellwether/v1/agent_pool.grpc.pb.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "controlplane/base/mutex.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process_usage.h"

namespace bellwether {
namespace {

constexpr int kAgents = 1'000;
constexpr int kWatchers = 1'000;
constexpr int kConnections = 50;
constexpr int kChanges = 100;
constexpr absl::Duration kRest = absl::Seconds(10);

std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(64 << 20);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

// What all watchers have heard together.
class Hearing {
 public:
  void Note(size_t bytes) {
    MutexLock lock(mutex_);
    last_ = absl::Now();
    ++messages_;
    bytes_ += bytes;
    changed_.NotifyAll();
  }
  // Waits until so many messages have come in all; when the last of them did.
  absl::Time AwaitMessages(int64_t count) {
    MutexLock lock(mutex_);
    while (messages_ < count) changed_.Wait(mutex_);
    return last_;
  }
  int64_t messages() const {
    MutexLock lock(mutex_);
    return messages_;
  }
  int64_t bytes() const {
    MutexLock lock(mutex_);
    return bytes_;
  }

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  absl::Time last_ ABSL_GUARDED_BY(mutex_);
  int64_t messages_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

class Watcher final : public grpc::ClientReadReactor<v1::WatchPoolResponse> {
 public:
  Watcher(v1::DiscoveryService::Stub& stub, Hearing& hearing) : hearing_(hearing) {
    request_.set_virtual_cluster("watched");
    stub.async()->WatchPool(&context_, &request_, this);
    StartRead(&message_);
    StartCall();
  }
  ~Watcher() override {
    context_.TryCancel();
    MutexLock lock(mutex_);
    while (!done_) changed_.Wait(mutex_);
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return;
    hearing_.Note(message_.ByteSizeLong());
    StartRead(&message_);
  }
  void OnDone(const grpc::Status& /*status*/) override {
    MutexLock lock(mutex_);
    done_ = true;
    changed_.NotifyAll();
  }

  Hearing& hearing_;
  grpc::ClientContext context_;
  v1::WatchPoolRequest request_;
  v1::WatchPoolResponse message_;
  Mutex mutex_;
  CondVar changed_;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
};

class Watchers {
 public:
  Watchers() : plane_({"--heartbeat_interval=10m", "--slow_start=0s"}) {
    for (int i = 0; i < kConnections; ++i) {
      stubs_.push_back(v1::DiscoveryService::NewStub(Connect(plane_.agent_address())));
    }
  }

  void Run() {
    Join();
    const double idle_before = MeasureRest();
    const int64_t memory = ResidentBytes(plane_.process().pid());
    Watch();
    printf("memory: %.1f KB for each watcher\n",
           static_cast<double>(ResidentBytes(plane_.process().pid()) - memory) / kWatchers / 1024);
    const double idle = MeasureRest();
    printf("at rest: %.2f %% of a core with %d watchers, %.2f %% without\n", 100 * idle, kWatchers,
           100 * idle_before);
    Change();
  }

 private:
  void Check(const char* what, const grpc::Status& status) {
    if (!status.ok()) printf("%s: %s\n", what, status.error_message().c_str());
  }

  void Join() {
    const auto admin = Connect(plane_.admin_address());
    pools_ = v1::AgentPoolService::NewStub(admin);
    v1::CreateVirtualClusterRequest create;
    create.set_virtual_cluster_id("watched");
    grpc::ClientContext creating;
    v1::VirtualCluster cluster;
    Check("creation", v1::VirtualClusterService::NewStub(admin)->CreateVirtualCluster(
                          &creating, create, &cluster));
    const auto agents = v1::AgentService::NewStub(Connect(plane_.agent_address()));
    for (int i = 0; i < kAgents; ++i) {
      v1::RegisterAgentRequest request;
      request.set_agent_id(absl::StrCat("agent-", i));
      request.set_boot_id("boot-1");
      request.set_agent_pool("apn_watched");
      request.set_address(absl::StrCat("agent-", i, ".agents.example:9092"));
      request.set_zone(absl::StrCat("zone-", i % 3));
      grpc::ClientContext registering;
      v1::RegisterAgentResponse registration;
      Check("registration", agents->RegisterAgent(&registering, request, &registration));
      v1::HeartbeatRequest heartbeat;
      heartbeat.set_agent_id(request.agent_id());
      heartbeat.set_agent_pool(registration.agent_pool());
      heartbeat.set_agent_epoch(registration.agent_epoch());
      heartbeat.set_cluster_uid(registration.cluster_uid());
      heartbeat.set_sequence(1);
      grpc::ClientContext beating;
      v1::HeartbeatResponse response;
      Check("heartbeat", agents->Heartbeat(&beating, heartbeat, &response));
    }
  }

  double MeasureRest() {
    const double cpu = CpuSeconds(plane_.process().pid());
    absl::SleepFor(kRest);
    return (CpuSeconds(plane_.process().pid()) - cpu) / absl::ToDoubleSeconds(kRest);
  }

  void Watch() {
    const double cpu = CpuSeconds(plane_.process().pid());
    const absl::Time start = absl::Now();
    for (int i = 0; i < kWatchers; ++i) {
      watchers_.push_back(std::make_unique<Watcher>(*stubs_[i % kConnections], hearing_));
    }
    const absl::Time last = hearing_.AwaitMessages(kWatchers);
    printf(
        "%d full views of %d agents: %.1f KB each, the last after %.0f ms, %.3f ms of CPU each\n",
        kWatchers, kAgents, static_cast<double>(hearing_.bytes()) / kWatchers / 1024,
        absl::ToDoubleMilliseconds(last - start),
        1e3 * (CpuSeconds(plane_.process().pid()) - cpu) / kWatchers);
  }

  void Change() {
    std::vector<double> milliseconds;
    const int64_t bytes = hearing_.bytes();
    int64_t messages = hearing_.messages();
    const double cpu = CpuSeconds(plane_.process().pid());
    for (int i = 0; i < kChanges; ++i) {
      const std::string agent =
          absl::StrCat("agentPools/apn_watched/agents/agent-", i / 2 % kAgents);
      grpc::ClientContext context;
      v1::Agent changed;
      if (i % 2 == 0) {
        v1::DrainAgentRequest request;
        request.set_name(agent);
        Check("drain", pools_->DrainAgent(&context, request, &changed));
      } else {
        v1::UndrainAgentRequest request;
        request.set_name(agent);
        Check("undrain", pools_->UndrainAgent(&context, request, &changed));
      }
      const absl::Time acknowledged = absl::Now();
      messages += kWatchers;
      const absl::Time last = hearing_.AwaitMessages(messages);
      milliseconds.push_back(absl::ToDoubleMilliseconds(last - acknowledged));
    }
    std::sort(milliseconds.begin(), milliseconds.end());
    printf(
        "%d changes: the last of %d watchers knows %.1f ms after the admin (median), %.1f ms (99 "
        "of "
        "100); %.1f ms of CPU for each change, %.0f bytes for each watcher\n",
        kChanges, kWatchers, milliseconds[kChanges / 2], milliseconds[kChanges * 99 / 100],
        1e3 * (CpuSeconds(plane_.process().pid()) - cpu) / kChanges,
        static_cast<double>(hearing_.bytes() - bytes) / kChanges / kWatchers);
  }

  ControlPlaneProcess plane_;
  Hearing hearing_;
  std::vector<std::unique_ptr<v1::DiscoveryService::Stub>> stubs_;
  std::unique_ptr<v1::AgentPoolService::Stub> pools_;
  std::vector<std::unique_ptr<Watcher>> watchers_;
};

}  // namespace
}  // namespace bellwether

int main() {
  bellwether::Watchers().Run();
  return 0;
}
