#include "controlplane/service/rpc_runner.h"

#include <grpc/support/time.h>
#include <grpcpp/grpcpp.h>

#include <atomic>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "bellwether/v1/discovery.grpc.pb.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/base/limited_log.h"
#include "controlplane/base/mutex.h"
#include "controlplane/base/random.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/model/error.h"
#include "controlplane/store/in_memory_metadata_store.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

// Accepts work up to a capacity, and runs it when the test calls for it.
class HeldExecutor final : public Executor {
 public:
  void set_capacity(size_t capacity) { capacity_ = capacity; }

  bool Submit(std::function<void()> work) override {
    MutexLock lock(mutex_);
    if (work_.size() >= capacity_) return false;
    work_.push_back(std::move(work));
    changed_.NotifyAll();
    return true;
  }
  void WaitForWork() {
    MutexLock lock(mutex_);
    while (work_.empty()) changed_.Wait(mutex_);
  }
  void DoAll() {
    std::deque<std::function<void()>> work;
    {
      MutexLock lock(mutex_);
      work.swap(work_);
    }
    for (const auto& piece : work) piece();
  }

 private:
  std::atomic<size_t> capacity_ = 1'000;
  Mutex mutex_;
  CondVar changed_;
  std::deque<std::function<void()>> work_ ABSL_GUARDED_BY(mutex_);
};

class IgnoringObserver final : public RpcObserver {
 public:
  void RecordCall(RpcMethod, absl::StatusCode, absl::Duration) override {}
  void RecordHeartbeat(absl::Duration) override {}
};

// A service whose one method runs in its queue and counts how often its work was done.
class CountingService final : public v1::DiscoveryService::CallbackService {
 public:
  explicit CountingService(const RpcRunner& runner) : runner_(runner) {}

  grpc::ServerUnaryReactor* ResolveLeaders(grpc::CallbackServerContext* context,
                                           const v1::ResolveLeadersRequest* request,
                                           v1::ResolveLeadersResponse*) override {
    context_ = context;
    return runner_.RunInQueue(context, RpcMethod::kResolveLeaders, *request, [this] {
      ++done_;
      return absl::OkStatus();
    });
  }

  // Whether the last call is known here to have been given up.
  bool IsCancelled() const { return context_.load()->IsCancelled(); }
  int done() const { return done_; }

 private:
  const RpcRunner& runner_;
  std::atomic<grpc::CallbackServerContext*> context_ = nullptr;
  std::atomic<int> done_ = 0;
};

class RpcRunnerTest : public testing::Test {
 protected:
  RpcRunnerTest()
      : runner_({registrations_, leader_queries_, changes_, lists_}, observer_, clock_,
                authorizer_),
        service_(runner_) {
    grpc::ServerBuilder builder;
    int port = 0;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::DiscoveryService::NewStub(grpc::CreateChannel("127.0.0.1:" + std::to_string(port),
                                                              grpc::InsecureChannelCredentials()));
  }
  ~RpcRunnerTest() override { server_->Shutdown(); }

  grpc::Status Call(absl::Duration timeout) {
    grpc::ClientContext context;
    context.set_deadline(
        gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                     gpr_time_from_millis(absl::ToInt64Milliseconds(timeout), GPR_TIMESPAN)));
    v1::ResolveLeadersResponse response;
    return stub_->ResolveLeaders(&context, {}, &response);
  }

  FakeClock clock_;
  SeededRandom random_{1};
  InMemoryMetadataStore store_;
  const std::unique_ptr<Catalog> catalog_ =
      Catalog::Open(store_, clock_, random_, Catalog::Options{}).value();
  LimitedLog log_{clock_};
  const Authorizer authorizer_{*catalog_, clock_, log_, Authentication::kOff};
  IgnoringObserver observer_;
  HeldExecutor registrations_;
  HeldExecutor leader_queries_;
  HeldExecutor changes_;
  HeldExecutor lists_;
  RpcRunner runner_;
  CountingService service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::DiscoveryService::Stub> stub_;
};

TEST_F(RpcRunnerTest, WorkIsDoneWhenItsTurnComes) {
  std::thread queue([this] {
    leader_queries_.WaitForWork();
    EXPECT_EQ(service_.done(), 0);
    leader_queries_.DoAll();
  });
  EXPECT_TRUE(Call(absl::Minutes(1)).ok());
  queue.join();
  EXPECT_EQ(service_.done(), 1);
}

TEST_F(RpcRunnerTest, WorkWhoseDeadlineHasPassedIsDroppedBeforeItIsDone) {
  EXPECT_EQ(Call(absl::Milliseconds(50)).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  leader_queries_.WaitForWork();
  while (!service_.IsCancelled()) std::this_thread::yield();
  leader_queries_.DoAll();
  EXPECT_EQ(service_.done(), 0);
}

TEST_F(RpcRunnerTest, FullQueueRefusesAtOnceAndSaysWhenToComeAgain) {
  leader_queries_.set_capacity(0);
  const grpc::Status status = Call(absl::Minutes(1));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(service_.done(), 0);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  bool has_retry_delay = false;
  for (const auto& detail : details.details()) {
    google::rpc::RetryInfo retry;
    if (detail.UnpackTo(&retry)) has_retry_delay = retry.retry_delay().seconds() > 0;
  }
  EXPECT_TRUE(has_retry_delay);
}

TEST_F(RpcRunnerTest, ClosedItRefusesNewCallsAndLetsThoseUnderWayEnd) {
  grpc::Status first;
  std::thread client([&] { first = Call(absl::Minutes(1)); });
  leader_queries_.WaitForWork();
  EXPECT_EQ(runner_.under_way(), 1);
  runner_.Close();
  const grpc::Status second = Call(absl::Minutes(1));
  EXPECT_EQ(second.error_code(), grpc::StatusCode::UNAVAILABLE);
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(second.error_details()));
  google::rpc::ErrorInfo info;
  ASSERT_GT(details.details_size(), 0);
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), ReasonName(Reason::kShuttingDown));
  EXPECT_EQ(runner_.under_way(), 1);
  leader_queries_.DoAll();
  client.join();
  EXPECT_TRUE(first.ok()) << first.error_message();
  EXPECT_EQ(service_.done(), 1);
  EXPECT_EQ(runner_.under_way(), 0);
}

TEST_F(RpcRunnerTest, NoKindOfCallWaitsForAnother) {
  const RpcQueues queues{registrations_, leader_queries_, changes_, lists_};
  EXPECT_EQ(&queues.Of(RpcMethod::kRegisterAgent), &registrations_);
  EXPECT_EQ(&queues.Of(RpcMethod::kResolveLeaders), &leader_queries_);
  EXPECT_EQ(&queues.Of(RpcMethod::kUpdateVirtualCluster), &changes_);
  EXPECT_EQ(&queues.Of(RpcMethod::kDrainAgent), &changes_);
  EXPECT_EQ(&queues.Of(RpcMethod::kListAgents), &lists_);
}

}  // namespace
}  // namespace bellwether
