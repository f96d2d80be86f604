#include "agentclient/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>
#include <grpcpp/support/client_interceptor.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

using grpc::experimental::InterceptionHookPoints;

constexpr int kMaxViewBytes = 64 << 20;

// Adds the key to the initial metadata of a call. gRPC's own call credentials work only over TLS,
// and the control plane may also be called over loopback in plain text.
class KeyInterceptor final : public grpc::experimental::Interceptor {
 public:
  explicit KeyInterceptor(const AgentKeySource& key) : key_(key) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_INITIAL_METADATA)) {
      const std::string key = key_();
      if (!key.empty()) {
        methods->GetSendInitialMetadata()->emplace("authorization", absl::StrCat("Bearer ", key));
      }
    }
    methods->Proceed();
  }

 private:
  const AgentKeySource& key_;
};

class KeyInterceptorFactory final : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit KeyInterceptorFactory(AgentKeySource key) : key_(std::move(key)) {}

  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* /*call*/) override {
    return new KeyInterceptor(key_);
  }

 private:
  const AgentKeySource key_;
};

}  // namespace

std::shared_ptr<grpc::Channel> MakeChannel(
    const std::string& address, const std::shared_ptr<grpc::ChannelCredentials>& credentials,
    const AgentKeySource& key) {
  grpc::ChannelArguments arguments;
  // A ping is sent only after 10 seconds without a byte from the control plane, so an agent that
  // sends heartbeats sends no pings; the control plane must still allow one every 10 seconds.
  // Without pings a connection that a firewall has dropped would block every call until TCP gives
  // up.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5'000);
  // With gRPC's own bounds (20 seconds for an attempt, 2 minutes between two) agents would stay
  // disconnected from a restarted control plane for longer than their leases.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 250);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2'000);
  // The view of a pool of thousands of agents is larger than gRPC's own bound.
  arguments.SetMaxReceiveMessageSize(kMaxViewBytes);
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> interceptors;
  if (key != nullptr) interceptors.push_back(std::make_unique<KeyInterceptorFactory>(key));
  return grpc::experimental::CreateCustomChannelWithInterceptors(address, credentials, arguments,
                                                                 std::move(interceptors));
}

}  // namespace bellwether
