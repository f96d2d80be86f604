// Any message as a request of any method, over real gRPC to the whole control plane: it is answered
// or refused in words, and never brings the server down.

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "controlplane/service/rpc_method.h"
#include "tests/fuzz/fuzz_check.h"
#include "tests/support/status_matchers.h"
#include "tests/support/test_control_plane.h"

namespace bellwether {
namespace {

// Calls by name, with bytes.
class RawClient {
 public:
  explicit RawClient(int port)
      : stub_(grpc::CreateChannel(absl::StrCat("127.0.0.1:", port),
                                  grpc::InsecureChannelCredentials())) {}

  grpc::Status Call(const std::string& method, const std::string& request) {
    const grpc::Slice slice(request);
    const grpc::ByteBuffer sent(&slice, 1);
    grpc::ByteBuffer received;
    grpc::ClientContext context;
    grpc::Status status;
    std::mutex mutex;
    std::condition_variable ended;
    bool done = false;
    stub_.UnaryCall(&context, method, grpc::StubOptions(), &sent, &received,
                    [&](grpc::Status result) {
                      const std::lock_guard lock(mutex);
                      status = std::move(result);
                      done = true;
                      ended.notify_one();
                    });
    std::unique_lock lock(mutex);
    ended.wait(lock, [&] { return done; });
    return status;
  }

 private:
  grpc::GenericStub stub_;
};

// A control plane with a virtual cluster and an agent, and who talks to it.
class World {
 public:
  World() : agents_(plane_.server().agent_port()), admins_(plane_.server().admin_port()) {
    v1::CreateVirtualClusterRequest request;
    request.set_virtual_cluster_id("orders");
    grpc::ClientContext context;
    v1::VirtualCluster cluster;
    FuzzCheck(plane_.clusters().CreateVirtualCluster(&context, request, &cluster).ok(),
              "a virtual cluster is made");
    plane_.Join("agent-0", "apn_orders");
  }

  grpc::Status Call(const RpcMethodTraits& method, const std::string& request) {
    const bool is_for_agents =
        method.service == kAgentServiceName || method.service == kDiscoveryServiceName;
    return (is_for_agents ? agents_ : admins_)
        .Call(absl::StrCat("/", method.service, "/", method.name), request);
  }

 private:
  TestControlPlane plane_;
  RawClient agents_;
  RawClient admins_;
};

const RpcMethodTraits* FindMethod(absl::string_view name) {
  const auto* const found =
      std::find_if(std::begin(kRpcMethods), std::end(kRpcMethods),
                   [&](const RpcMethodTraits& method) { return method.name == name; });
  return found == std::end(kRpcMethods) ? nullptr : found;
}

// `bytes` read as a request of that method and written again; nullopt if they are none, or if the
// method is a stream.
std::optional<std::string> AsRequest(const RpcMethodTraits& method, const std::string& bytes) {
  const auto* const descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
          absl::StrCat(method.service, ".", method.name));
  FuzzCheck(descriptor != nullptr, absl::StrCat(method.name, " is described"));
  if (descriptor->client_streaming() || descriptor->server_streaming()) return std::nullopt;
  const std::unique_ptr<google::protobuf::Message> request(
      google::protobuf::MessageFactory::generated_factory()
          ->GetPrototype(descriptor->input_type())
          ->New());
  if (!request->ParseFromString(bytes)) return std::nullopt;
  return request->SerializeAsString();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  // Never destroyed: it is still needed for the next input.
  static World& world = *new World;
  // A method's name, a line feed, a message.
  const absl::string_view input(reinterpret_cast<const char*>(bytes), size);
  const size_t name_end = std::min(input.find('\n'), size);
  const RpcMethodTraits* const method = FindMethod(input.substr(0, name_end));
  if (method == nullptr || name_end == size) return 0;
  const std::optional<std::string> request =
      AsRequest(*method, std::string(input.substr(name_end + 1)));
  if (!request.has_value()) return 0;
  const grpc::Status status = world.Call(*method, *request);
  if (status.ok()) return 0;
  const grpc::StatusCode code = status.error_code();
  FuzzCheck(code != grpc::StatusCode::INTERNAL && code != grpc::StatusCode::UNKNOWN &&
                code != grpc::StatusCode::DATA_LOSS && code != grpc::StatusCode::UNIMPLEMENTED,
            absl::StrCat(method->name, " refuses in words: ", code, " ", status.error_message()));
  FuzzCheck(!ErrorReason(status).empty(), absl::StrCat(method->name, " gives a reason"));
  return 0;
}

}  // namespace bellwether
