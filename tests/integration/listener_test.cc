#include "controlplane/server/listener.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/health_check_service_interface.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <asio.hpp>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "controlplane/base/mutex.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

// Answers leader queries, or holds them back until LetGo.
class HoldingService final : public v1::DiscoveryService::CallbackService {
 public:
  grpc::ServerUnaryReactor* ResolveLeaders(grpc::CallbackServerContext* context,
                                           const v1::ResolveLeadersRequest* request,
                                           v1::ResolveLeadersResponse* response) override {
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    MutexLock lock(mutex_);
    ++seen_;
    if (holding_) {
      held_.push_back(reactor);
      most_held_ = std::max(most_held_, held_.size());
      changed_.NotifyAll();
    } else {
      reactor->Finish(grpc::Status::OK);
    }
    return reactor;
  }

  void Hold() {
    MutexLock lock(mutex_);
    holding_ = true;
  }
  void AwaitHeld(size_t calls) {
    MutexLock lock(mutex_);
    while (held_.size() < calls) changed_.Wait(mutex_);
  }
  // Lets one go.
  void FinishOne() {
    grpc::ServerUnaryReactor* reactor = nullptr;
    {
      MutexLock lock(mutex_);
      reactor = held_.back();
      held_.pop_back();
    }
    reactor->Finish(grpc::Status::OK);
  }
  // Releases all held queries, and answers further ones at once.
  void LetGo() {
    std::vector<grpc::ServerUnaryReactor*> reactors;
    {
      MutexLock lock(mutex_);
      holding_ = false;
      reactors.swap(held_);
    }
    for (grpc::ServerUnaryReactor* reactor : reactors) reactor->Finish(grpc::Status::OK);
  }
  int seen() const {
    MutexLock lock(mutex_);
    return seen_;
  }
  size_t most_held() const {
    MutexLock lock(mutex_);
    return most_held_;
  }

 private:
  mutable Mutex mutex_;
  CondVar changed_;
  bool holding_ ABSL_GUARDED_BY(mutex_) = false;
  int seen_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t most_held_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<grpc::ServerUnaryReactor*> held_ ABSL_GUARDED_BY(mutex_);
};

class ListenerTest : public testing::Test {
 protected:
  void Start(const ConnectionLimits& limits = {}) {
    grpc::EnableDefaultHealthCheckService(true);
    auto listener =
        Listener::Start("agent_address", "127.0.0.1:0", grpc::InsecureServerCredentials(), limits,
                        {{"bellwether.v1.DiscoveryService", &service_}});
    ASSERT_TRUE(listener.ok()) << listener.status();
    listener_ = *std::move(listener);
  }
  ~ListenerTest() override {
    if (listener_ != nullptr) listener_->Stop();
  }

  // Over a connection of its own.
  std::unique_ptr<v1::DiscoveryService::Stub> Connect() {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    return v1::DiscoveryService::NewStub(
        grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", listener_->port()),
                                  grpc::InsecureChannelCredentials(), arguments));
  }
  static grpc::Status Ask(v1::DiscoveryService::Stub& stub, size_t bytes,
                          bool wait_for_ready = false) {
    grpc::ClientContext context;
    context.set_wait_for_ready(wait_for_ready);
    v1::ResolveLeadersRequest request;
    request.set_client_id(std::string(bytes, 'c'));
    v1::ResolveLeadersResponse response;
    return stub.ResolveLeaders(&context, request, &response);
  }

  HoldingService service_;
  std::unique_ptr<Listener> listener_;
};

TEST_F(ListenerTest, ARequestLargerThanTheLimitIsRefusedAndNeverSeen) {
  Start();
  const auto stub = Connect();
  // In addition to the client id, a request has a few bytes for the field's number and length.
  EXPECT_TRUE(Ask(*stub, kMaxRequestBytes - 16).ok());
  EXPECT_EQ(Ask(*stub, kMaxRequestBytes).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(service_.seen(), 1);
  EXPECT_TRUE(Ask(*stub, 1).ok());
}

TEST_F(ListenerTest, CallsBeyondTheLimitOfAConnectionWait) {
  Start();
  service_.Hold();
  const auto stub = Connect();
  const auto limit = static_cast<size_t>(kMaxCallsPerConnection);
  struct Call {
    grpc::ClientContext context;
    v1::ResolveLeadersRequest request;
    v1::ResolveLeadersResponse response;
  };
  std::vector<std::unique_ptr<Call>> calls;
  Mutex mutex;
  CondVar changed;
  size_t answered = 0;
  // The client learns the limit with the server's first words.
  service_.LetGo();
  ASSERT_TRUE(Ask(*stub, 1).ok());
  service_.Hold();
  for (size_t i = 0; i < limit + 100; ++i) {
    calls.push_back(std::make_unique<Call>());
    Call& call = *calls.back();
    stub->async()->ResolveLeaders(&call.context, &call.request, &call.response,
                                  [&](const grpc::Status& status) {
                                    EXPECT_TRUE(status.ok()) << status.error_message();
                                    MutexLock lock(mutex);
                                    ++answered;
                                    changed.NotifyAll();
                                  });
  }
  // For each that ends one of those that wait begins.
  for (size_t i = 0; i < 100; ++i) {
    service_.AwaitHeld(limit);
    service_.FinishOne();
  }
  service_.AwaitHeld(limit);
  EXPECT_EQ(service_.most_held(), limit);
  service_.LetGo();
  MutexLock lock(mutex);
  while (answered < calls.size()) changed.Wait(mutex);
}

TEST_F(ListenerTest, ConnectionsBeyondTheLimitAreClosedAndThereIsRoomAgainLater) {
  // The test has some dozens open itself.
  constexpr int kDescriptors = 200;
  Start({absl::Minutes(30), kDescriptors});
  const auto early = Connect();
  ASSERT_TRUE(Ask(*early, 1).ok());
  std::vector<std::unique_ptr<v1::DiscoveryService::Stub>> connected;
  grpc::Status status;
  while (connected.size() < kDescriptors) {
    auto stub = Connect();
    status = Ask(*stub, 1);
    if (!status.ok()) break;
    connected.push_back(std::move(stub));
  }
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_GT(connected.size(), 10u);
  // Existing connections are still served.
  EXPECT_TRUE(Ask(*early, 1).ok());
  connected.clear();
  const auto late = Connect();
  EXPECT_TRUE(Ask(*late, 1, /*wait_for_ready=*/true).ok());
}

TEST_F(ListenerTest, AConnectionWithHeadersThatDoNotEndIsCutOffAndOthersGoOn) {
  Start();
  const auto stub = Connect();
  ASSERT_TRUE(Ask(*stub, 10).ok());
  asio::io_context io;
  asio::ip::tcp::socket peer(io);
  peer.connect(
      {asio::ip::make_address("127.0.0.1"), static_cast<asio::ip::port_type>(listener_->port())});
  std::string sent = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
  // SETTINGS, and HEADERS and CONTINUATION without END_HEADERS, all of them empty.
  sent += std::string("\0\0\0\4\0\0\0\0\0", 9) + std::string("\0\0\0\1\0\0\0\0\1", 9);
  for (int i = 0; i < 100; ++i) sent += std::string("\0\0\0\11\0\0\0\0\1", 9);
  asio::error_code error;
  asio::write(peer, asio::buffer(sent), error);
  std::vector<char> answer(65'536);
  while (!error) peer.read_some(asio::buffer(answer), error);
  EXPECT_TRUE(error == asio::error::eof || error == asio::error::connection_reset) << error;
  EXPECT_EQ(listener_->cut(CutReason::kUnfinishedHeaders), 1u);
  EXPECT_TRUE(Ask(*stub, 10).ok());
}

TEST_F(ListenerTest, TheLimitOnConnectionsMayChangeWhileItListens) {
  Start();
  const auto early = Connect();
  ASSERT_TRUE(Ask(*early, 1).ok());
  listener_->SetDescriptors(0);
  EXPECT_EQ(Ask(*Connect(), 1).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(Ask(*early, 1).ok()) << "who is connected stays";
  listener_->SetDescriptors(10'000);
  EXPECT_TRUE(Ask(*Connect(), 1).ok());
}

TEST_F(ListenerTest, AddressesOfEveryKindAreListenedOn) {
  for (const char* const address : {"0.0.0.0:0", "[::]:0", "127.0.0.1:0", "localhost:0"}) {
    const auto acceptor = ConnectionAcceptor::Listen(address);
    ASSERT_TRUE(acceptor.ok()) << address << ": " << acceptor.status();
    EXPECT_GT((*acceptor)->port(), 0);
  }
}

TEST_F(ListenerTest, AnAddressThatIsNoneOrTakenIsRefused) {
  Start();
  const std::string taken = absl::StrCat("127.0.0.1:", listener_->port());
  for (const std::string& address : {taken, std::string("127.0.0.1"), std::string("127.0.0.1:x"),
                                     std::string("127.0.0.1:65536"), std::string("192.0.2.1:0")}) {
    const auto refused =
        Listener::Start("agent_address", address, grpc::InsecureServerCredentials(), {}, {});
    ASSERT_FALSE(refused.ok()) << address;
    EXPECT_NE(std::string(refused.status().message()).find("--agent_address"), std::string::npos)
        << refused.status();
  }
}

}  // namespace
}  // namespace bellwether
