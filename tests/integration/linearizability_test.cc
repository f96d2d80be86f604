// Admins race through the real API; their answers must be consistent with one order of their calls.

#include "tests/support/linearizability.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "controlplane/base/random.h"
#include "tests/integration/admin_models.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_control_plane.h"

namespace bellwether {
namespace {

constexpr int kCallers = 6;

template <typename Call>
using Histories = std::map<std::string, std::vector<Operation<Call>>>;

// Records the calls and answers of all callers on one clock.
class Recorder {
 public:
  int64_t Now() { return ++time_; }

  void Record(const std::string& id, Operation<ClusterCall> operation) {
    const std::lock_guard<std::mutex> lock(mutex_);
    clusters_[id].push_back(std::move(operation));
  }
  void Record(const std::string& id, Operation<PoolCall> operation) {
    const std::lock_guard<std::mutex> lock(mutex_);
    pools_[id].push_back(std::move(operation));
  }

  // REQUIRES: no one records.
  const Histories<ClusterCall>& clusters() const { return clusters_; }
  const Histories<PoolCall>& pools() const { return pools_; }

 private:
  std::atomic<int64_t> time_ = 0;
  std::mutex mutex_;
  Histories<ClusterCall> clusters_;
  Histories<PoolCall> pools_;
};

std::string ErrorOf(const grpc::Status& status) { return status.ok() ? "" : ErrorReason(status); }

ClusterCall::Answer AnswerOf(const v1::VirtualCluster& cluster) {
  return {cluster.uid(), cluster.etag(), cluster.display_name(),
          cluster.state() == v1::VirtualCluster::STATE_DELETED};
}

class Admin {
 public:
  Admin(TestControlPlane& plane, Recorder& recorder) : plane_(plane), recorder_(recorder) {}

  void Call(const std::string& id, ClusterCall call) {
    Operation<ClusterCall> operation;
    operation.invoked = recorder_.Now();
    v1::VirtualCluster answer;
    call.error = ErrorOf(Send(absl::StrCat("virtualClusters/", id), id, call, &answer));
    if (call.error.empty()) call.answer = AnswerOf(answer);
    operation.returned = recorder_.Now();
    operation.call = std::move(call);
    recorder_.Record(id, std::move(operation));
  }

  void Call(const std::string& id, PoolCall call) {
    Operation<PoolCall> operation;
    operation.invoked = recorder_.Now();
    call.error = ErrorOf(Send(absl::StrCat("agentPools/", id), id, call));
    operation.returned = recorder_.Now();
    operation.call = std::move(call);
    recorder_.Record(id, std::move(operation));
  }

  // The etag that the cluster has just now; empty if it is not there.
  std::string EtagOf(const std::string& id) {
    v1::VirtualCluster cluster;
    ClusterCall get;
    return Send(absl::StrCat("virtualClusters/", id), id, get, &cluster).ok() ? cluster.etag() : "";
  }

 private:
  grpc::Status Send(const std::string& name, const std::string& id, const ClusterCall& call,
                    v1::VirtualCluster* answer) {
    grpc::ClientContext context;
    switch (call.method) {
      case ClusterCall::Method::kCreate: {
        v1::CreateVirtualClusterRequest request;
        request.set_virtual_cluster_id(id);
        request.mutable_virtual_cluster()->set_display_name(call.display_name);
        request.set_request_id(call.request_id);
        return plane_.clusters().CreateVirtualCluster(&context, request, answer);
      }
      case ClusterCall::Method::kUpdate: {
        v1::UpdateVirtualClusterRequest request;
        request.mutable_virtual_cluster()->set_name(name);
        request.mutable_virtual_cluster()->set_display_name(call.display_name);
        request.mutable_virtual_cluster()->set_etag(call.etag);
        request.mutable_update_mask()->add_paths("display_name");
        request.set_request_id(call.request_id);
        return plane_.clusters().UpdateVirtualCluster(&context, request, answer);
      }
      case ClusterCall::Method::kDelete: {
        v1::DeleteVirtualClusterRequest request;
        request.set_name(name);
        request.set_etag(call.etag);
        request.set_request_id(call.request_id);
        return plane_.clusters().DeleteVirtualCluster(&context, request, answer);
      }
      case ClusterCall::Method::kUndelete: {
        v1::UndeleteVirtualClusterRequest request;
        request.set_name(name);
        request.set_etag(call.etag);
        request.set_request_id(call.request_id);
        return plane_.clusters().UndeleteVirtualCluster(&context, request, answer);
      }
      case ClusterCall::Method::kGet:
        break;
    }
    v1::GetVirtualClusterRequest request;
    request.set_name(name);
    return plane_.clusters().GetVirtualCluster(&context, request, answer);
  }

  grpc::Status Send(const std::string& name, const std::string& id, PoolCall& call) {
    grpc::ClientContext context;
    switch (call.method) {
      case PoolCall::Method::kCreate: {
        v1::CreateAgentPoolRequest request;
        request.set_agent_pool_id(id);
        v1::AgentPool answer;
        return plane_.pools().CreateAgentPool(&context, request, &answer);
      }
      case PoolCall::Method::kBind: {
        v1::CreateVirtualClusterRequest request;
        request.set_virtual_cluster_id(call.cluster);
        request.mutable_virtual_cluster()->set_agent_pool(name);
        v1::VirtualCluster answer;
        return plane_.clusters().CreateVirtualCluster(&context, request, &answer);
      }
      case PoolCall::Method::kDelete: {
        v1::DeleteAgentPoolRequest request;
        request.set_name(name);
        request.set_force(true);
        google::protobuf::Empty answer;
        return plane_.pools().DeleteAgentPool(&context, request, &answer);
      }
      case PoolCall::Method::kGet:
        break;
    }
    v1::GetAgentPoolRequest request;
    request.set_name(name);
    v1::AgentPool answer;
    const grpc::Status status = plane_.pools().GetAgentPool(&context, request, &answer);
    EXPECT_LE(answer.virtual_clusters_size(), 1) << name << " is bound twice";
    if (answer.virtual_clusters_size() > 0) {
      call.bound = std::string(absl::StripPrefix(answer.virtual_clusters(0), "virtualClusters/"));
    }
    return status;
  }

  TestControlPlane& plane_;
  Recorder& recorder_;
};

// What one admin does in a round: a mixture of calls about few resources, so that many meet.
void Race(TestControlPlane& plane, Recorder& recorder, int round, int caller) {
  SeededRandom random(static_cast<uint64_t>(round * kCallers + caller) + 1);
  Admin admin(plane, recorder);
  for (int n = 0; n < 24; ++n) {
    const std::string cluster = absl::StrCat("c", round, "-", random.Below(2));
    const std::string own = absl::StrCat("r", round, "-", caller, "-", n);
    ClusterCall call;
    using Method = ClusterCall::Method;
    constexpr std::array kMethods = {Method::kCreate, Method::kGet,    Method::kUpdate,
                                     Method::kUpdate, Method::kDelete, Method::kUndelete};
    call.method = kMethods[random.Below(kMethods.size())];
    call.display_name = own;
    const uint64_t kind = random.Below(3);
    const bool changes = call.method != Method::kGet;
    if (changes && kind == 0) {
      // Sometimes all callers send the same request.
      call.request_id = absl::StrCat(cluster, "-", static_cast<int>(call.method), "-", n / 8);
      call.display_name = call.request_id;
    } else if (changes && kind == 1 && call.method != Method::kCreate) {
      call.etag = admin.EtagOf(cluster);
    }
    admin.Call(cluster, call);

    PoolCall about_pool;
    using PoolMethod = PoolCall::Method;
    constexpr std::array kPoolMethods = {PoolMethod::kCreate, PoolMethod::kGet, PoolMethod::kBind,
                                         PoolMethod::kBind, PoolMethod::kDelete};
    about_pool.method = kPoolMethods[random.Below(kPoolMethods.size())];
    about_pool.cluster = own;
    admin.Call(absl::StrCat("p", round), about_pool);
  }
}

template <typename Model, typename Call>
std::vector<std::string> Impossible(const Histories<Call>& histories) {
  std::vector<std::string> impossible;
  for (const auto& [id, history] : histories) {
    if (!LinearizabilityCheck<Model, Call>(history).Passes()) impossible.push_back(id);
  }
  return impossible;
}

template <typename Call>
size_t OperationsIn(const Histories<Call>& histories) {
  size_t operations = 0;
  for (const auto& [id, history] : histories) operations += history.size();
  return operations;
}

// Lets admins race for `rounds` rounds and returns the histories that no order of calls explains.
std::vector<std::string> RaceAndCheck(TestControlPlane& plane, int rounds) {
  Recorder recorder;
  for (int round = 0; round < rounds; ++round) {
    std::vector<std::thread> callers;
    for (int caller = 0; caller < kCallers; ++caller) {
      callers.emplace_back([&, round, caller] { Race(plane, recorder, round, caller); });
    }
    for (std::thread& caller : callers) caller.join();
  }
  std::cout << recorder.clusters().size() + recorder.pools().size() << " histories, "
            << OperationsIn(recorder.clusters()) + OperationsIn(recorder.pools())
            << " operations checked\n";
  std::vector<std::string> impossible = Impossible<ClusterModel>(recorder.clusters());
  for (std::string& id : Impossible<PoolModel>(recorder.pools())) {
    impossible.push_back(std::move(id));
  }
  return impossible;
}

TEST(LinearizabilityTest, RacingAdminsAreAnsweredAsIfTheyTookTurns) {
  TestControlPlane plane;
  EXPECT_EQ(RaceAndCheck(plane, 8), std::vector<std::string>());
}

// A store that ignores preconditions, so that the last writer always wins.
class CarelessStore final : public MetadataStore {
 public:
  explicit CarelessStore(std::unique_ptr<MetadataStore> store) : store_(std::move(store)) {}

  absl::StatusOr<std::optional<StoredEntry>> Get(absl::string_view key) const override {
    return store_->Get(key);
  }
  absl::StatusOr<Listing> List(absl::string_view prefix) const override {
    return store_->List(prefix);
  }
  absl::StatusOr<Revision> Commit(const Transaction& transaction) override {
    return store_->Commit({{}, transaction.mutations});
  }

 private:
  const std::unique_ptr<MetadataStore> store_;
};

TEST(LinearizabilityTest, ABrokenStoreIsFound) {
  TestControlPlane plane([](std::unique_ptr<MetadataStore> store) {
    return std::make_unique<CarelessStore>(std::move(store));
  });
  EXPECT_NE(RaceAndCheck(plane, 8), std::vector<std::string>());
}

}  // namespace
}  // namespace bellwether
