#include "tests/integration/kill_loop.h"

#include <google/protobuf/util/message_differencer.h>
#include <grpcpp/create_channel.h>
#include <signal.h>

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "bellwether/v1/agent_pool.grpc.pb.h"
#include "bellwether/v1/virtual_cluster.grpc.pb.h"
#include "controlplane/base/random.h"
#include "gtest/gtest.h"
#include "tests/integration/expected_state.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/temp_dir.h"

namespace bellwether {
namespace {

using Method = AdminChange::Method;

// Repeated with every change, so that half of one shows.
constexpr char kTwinLabel[] = "twin";

bool Same(const v1::VirtualCluster* a, const v1::VirtualCluster* b) {
  if (a == nullptr || b == nullptr) return a == b;
  return google::protobuf::util::MessageDifferencer::Equals(*a, *b);
}

// Whether `cluster` is as `change` leaves one.
bool ShowsChange(const v1::VirtualCluster& cluster, const AdminChange& change) {
  switch (change.method) {
    case Method::kDelete:
      return cluster.state() == v1::VirtualCluster::STATE_DELETED && cluster.has_delete_time();
    case Method::kUndelete:
      return cluster.state() == v1::VirtualCluster::STATE_ACTIVE && !cluster.has_delete_time();
    case Method::kCreate:
    case Method::kUpdate:
      break;
  }
  const auto twin = cluster.labels().find(kTwinLabel);
  return cluster.display_name() == change.display_name && twin != cluster.labels().end() &&
         twin->second == change.display_name;
}

// An admin with a connection of its own.
class Admin {
 public:
  explicit Admin(const std::string& address) {
    // A shared connection would wait a second before it looks for a control plane that was killed.
    grpc::ChannelArguments own;
    own.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    channel_ = grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), own);
    clusters_ = v1::VirtualClusterService::NewStub(channel_);
    pools_ = v1::AgentPoolService::NewStub(channel_);
  }

  grpc::Status Call(const AdminChange& change, v1::VirtualCluster* answer) {
    grpc::ClientContext context;
    const std::string name = absl::StrCat("virtualClusters/", change.id);
    v1::VirtualCluster fields;
    fields.set_display_name(change.display_name);
    (*fields.mutable_labels())[kTwinLabel] = change.display_name;
    switch (change.method) {
      case Method::kCreate: {
        v1::CreateVirtualClusterRequest request;
        request.set_virtual_cluster_id(change.id);
        *request.mutable_virtual_cluster() = fields;
        request.set_request_id(change.request_id);
        return clusters_->CreateVirtualCluster(&context, request, answer);
      }
      case Method::kUpdate: {
        v1::UpdateVirtualClusterRequest request;
        *request.mutable_virtual_cluster() = fields;
        request.mutable_virtual_cluster()->set_name(name);
        request.mutable_update_mask()->add_paths("display_name");
        request.mutable_update_mask()->add_paths("labels");
        request.set_request_id(change.request_id);
        return clusters_->UpdateVirtualCluster(&context, request, answer);
      }
      case Method::kDelete: {
        v1::DeleteVirtualClusterRequest request;
        request.set_name(name);
        request.set_request_id(change.request_id);
        return clusters_->DeleteVirtualCluster(&context, request, answer);
      }
      case Method::kUndelete: {
        v1::UndeleteVirtualClusterRequest request;
        request.set_name(name);
        request.set_request_id(change.request_id);
        return clusters_->UndeleteVirtualCluster(&context, request, answer);
      }
    }
    return grpc::Status(grpc::StatusCode::INTERNAL, "no such method");
  }

  // By id, the deleted ones too.
  std::map<std::string, v1::VirtualCluster> ListClusters() {
    std::map<std::string, v1::VirtualCluster> listed;
    v1::ListVirtualClustersRequest request;
    request.set_page_size(1000);
    request.set_show_deleted(true);
    do {
      grpc::ClientContext context;
      v1::ListVirtualClustersResponse page;
      const grpc::Status status = clusters_->ListVirtualClusters(&context, request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (v1::VirtualCluster& cluster : *page.mutable_virtual_clusters()) {
        listed[std::string(absl::StripPrefix(cluster.name(), "virtualClusters/"))] = cluster;
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return listed;
  }

  // The names of the clusters that each pool is bound to, by the pool's name.
  std::map<std::string, std::vector<std::string>> ListBindings() {
    std::map<std::string, std::vector<std::string>> listed;
    v1::ListAgentPoolsRequest request;
    request.set_page_size(1000);
    do {
      grpc::ClientContext context;
      v1::ListAgentPoolsResponse page;
      const grpc::Status status = pools_->ListAgentPools(&context, request, &page);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::AgentPool& pool : page.agent_pools()) {
        listed[pool.name()].assign(pool.virtual_clusters().begin(), pool.virtual_clusters().end());
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return listed;
  }

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::VirtualClusterService::Stub> clusters_;
  std::unique_ptr<v1::AgentPoolService::Stub> pools_;
};

class KillLoop {
 public:
  explicit KillLoop(const KillLoopOptions& options) : options_(options), random_(options.seed) {}

  KillLoopReport Run() {
    while (report_.kills < options_.kills && report_.findings.size() < 10) {
      Check();
      WriteUntilKilled();
      plane_.Spawn();
      if (report_.kills < options_.kills && random_.Below(4) == 0) KillAtStart();
      plane_.AwaitReady();
    }
    Check();
    return report_;
  }

 private:
  // Lets writers change things until it has killed the control plane under them.
  void WriteUntilKilled() {
    acknowledged_in_round_ = 0;
    // Writers must not see it rise while they end: an id that is asked with after the kill would
    // come again, for another change, in the round that follows.
    const int round = report_.kills;
    const int64_t enough = 1 + static_cast<int64_t>(random_.Below(60));
    std::vector<std::thread> writers;
    for (int writer = 0; writer < options_.writers; ++writer) {
      writers.emplace_back(
          [this, writer, round, seed = random_.Next64()] { Write(writer, round, seed); });
    }
    {
      std::unique_lock<std::mutex> lock(mutex_);
      progress_.wait(lock,
                     [&] { return acknowledged_in_round_ >= enough || !report_.findings.empty(); });
    }
    // A random delay, so that the process dies at any moment of a commit, not only after an answer.
    std::this_thread::sleep_for(std::chrono::microseconds(random_.Below(3000)));
    Kill();
    for (std::thread& writer : writers) writer.join();
  }

  void KillAtStart() {
    std::this_thread::sleep_for(std::chrono::microseconds(random_.Below(60'000)));
    Kill();
    ++report_.kills_at_start;
    plane_.Spawn();
  }

  void Kill() {
    const int status = plane_.Stop(SIGKILL);
    if (status != -SIGKILL) Find(absl::StrCat("it ended by itself, with status ", status));
    ++report_.kills;
  }

  // Changes this writer's clusters one call after the other until one fails.
  void Write(int writer, int round, uint64_t seed) {
    SeededRandom random(seed);
    Admin admin(plane_.admin_address());
    const std::string prefix = absl::StrCat("w", writer, "-");
    // The state that each of them is in.
    std::map<std::string, v1::VirtualCluster::State> mine;
    for (const auto& [id, cluster] : known_) {
      if (absl::StartsWith(id, prefix) && cluster.answer.has_value()) {
        mine[id] = cluster.answer->state();
      }
    }
    for (int n = 0;; ++n) {
      AdminChange change;
      change.request_id = absl::StrCat("r", round, "-", writer, "-", n);
      if (mine.empty() || random.Below(3) == 0) {
        change.id = absl::StrCat(prefix, "k", round, "-n", n);
      } else {
        const auto chosen = std::next(mine.begin(), static_cast<int>(random.Below(mine.size())));
        change.id = chosen->first;
        const bool deleted = chosen->second == v1::VirtualCluster::STATE_DELETED;
        change.method = deleted                ? Method::kUndelete
                        : random.Below(4) == 0 ? Method::kDelete
                                               : Method::kUpdate;
      }
      const bool has_fields = change.method == Method::kCreate || change.method == Method::kUpdate;
      if (has_fields) change.display_name = change.request_id;
      expected_.Ask(change);
      v1::VirtualCluster answer;
      const grpc::Status status = admin.Call(change, &answer);
      if (!status.ok()) {
        if (status.error_code() != grpc::StatusCode::UNAVAILABLE) {
          Find(absl::StrCat(change.request_id, " was refused: ", status.error_message()));
        }
        return;
      }
      expected_.Acknowledge(change, answer);
      mine[change.id] = answer.state();
      const std::lock_guard<std::mutex> lock(mutex_);
      ++report_.acknowledged;
      ++acknowledged_in_round_;
      progress_.notify_all();
    }
  }

  // Compares the state of the control plane with the file.
  void Check() {
    Admin admin(plane_.admin_address());
    const std::map<std::string, v1::VirtualCluster> clusters = admin.ListClusters();
    const std::map<std::string, std::vector<std::string>> bindings = admin.ListBindings();
    known_ = expected_.Read();
    for (const auto& [id, expected] : known_) {
      const auto found = clusters.find(id);
      const v1::VirtualCluster* const now = found == clusters.end() ? nullptr : &found->second;
      const v1::VirtualCluster* const acknowledged =
          expected.answer.has_value() ? &*expected.answer : nullptr;
      if (expected.in_doubt.has_value()) {
        CheckInDoubt(admin, *expected.in_doubt, now, !Same(now, acknowledged));
      } else if (!Same(now, acknowledged)) {
        Lose(absl::StrCat(id, " is not as ", expected.last->request_id, " left it"));
      } else if (checked_[id] != expected.last->request_id) {
        CheckRepeat(admin, *expected.last, *acknowledged);
        checked_[id] = expected.last->request_id;
      }
    }
    for (const auto& [id, cluster] : clusters) {
      if (id == "vcn_default") continue;
      if (known_.count(id) == 0) Halve(absl::StrCat(id, " is there and nobody asked for it"));
      const auto pool = bindings.find(cluster.agent_pool());
      if (pool == bindings.end() || pool->second != std::vector<std::string>{cluster.name()}) {
        Halve(absl::StrCat(id, " is there without its pool"));
      }
    }
    if (bindings.size() != clusters.size()) Halve("there are pools without their cluster");
    // Includes the results of the changes in doubt.
    known_ = expected_.Read();
  }

  // A change that was under way at the kill has happened or not, and happens once when repeated.
  void CheckInDoubt(Admin& admin, const AdminChange& change, const v1::VirtualCluster* now,
                    bool applied) {
    ++report_.in_doubt;
    report_.in_doubt_applied += applied ? 1 : 0;
    if (applied && (now == nullptr || !ShowsChange(*now, change))) {
      return Halve(absl::StrCat(change.id, " is neither before nor after ", change.request_id));
    }
    v1::VirtualCluster answer;
    const grpc::Status status = admin.Call(change, &answer);
    if (!status.ok()) {
      return Halve(absl::StrCat(change.request_id, " repeated: ", status.error_message()));
    }
    if (applied && !Same(&answer, now)) {
      return Halve(absl::StrCat(change.request_id, " happened twice"));
    }
    if (!ShowsChange(answer, change)) {
      return Halve(absl::StrCat(change.request_id, " did not happen when repeated"));
    }
    expected_.Acknowledge(change, answer);
  }

  void CheckRepeat(Admin& admin, const AdminChange& change, const v1::VirtualCluster& first) {
    v1::VirtualCluster answer;
    const grpc::Status status = admin.Call(change, &answer);
    if (!status.ok() || !Same(&answer, &first)) {
      Lose(absl::StrCat("the answer to ", change.request_id, ": ", status.error_message()));
    }
  }

  void Lose(const std::string& what) {
    ++report_.lost;
    Find(absl::StrCat("lost: ", what));
  }
  void Halve(const std::string& what) {
    ++report_.half;
    Find(absl::StrCat("half: ", what));
  }
  void Find(const std::string& what) {
    const std::lock_guard<std::mutex> lock(mutex_);
    report_.findings.push_back(absl::StrCat("after ", report_.kills, " kills: ", what));
    progress_.notify_all();
  }

  const KillLoopOptions options_;
  SeededRandom random_;
  TempDir directory_;
  ExpectedState expected_{directory_.path() + "/expected_state"};
  // The contents of the file after the last check.
  std::map<std::string, ExpectedState::Cluster> known_;
  // The last change of each cluster whose answer was asked for again.
  std::map<std::string, std::string> checked_;
  ControlPlaneProcess plane_;

  std::mutex mutex_;
  std::condition_variable progress_;
  int64_t acknowledged_in_round_ = 0;
  KillLoopReport report_;
};

}  // namespace

KillLoopReport RunKillLoop(const KillLoopOptions& options) { return KillLoop(options).Run(); }

}  // namespace bellwether
