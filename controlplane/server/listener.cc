#include "controlplane/server/listener.h"

#include <grpc/support/time.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

constexpr int kShortestPingIntervalMs = 5'000;
// A client that is gone without a word is noticed after the sum of these; agents that beat are
// never asked.
constexpr int kKeepaliveMs = 20'000;
constexpr int kKeepaliveTimeoutMs = 10'000;
constexpr absl::Duration kConnectionAgeGrace = absl::Seconds(30);

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(
      std::min<int64_t>(absl::ToInt64Milliseconds(duration), std::numeric_limits<int>::max()));
}

void SetLimits(absl::Duration connection_age, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxRequestBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxCallsPerConnection);
  builder.SetResourceQuota(grpc::ResourceQuota().Resize(kMaxConnectionBytes));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Milliseconds(connection_age));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             Milliseconds(std::min(connection_age, kConnectionAgeGrace)));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Start(
    absl::string_view flag, const std::string& address,
    const std::shared_ptr<grpc::ServerCredentials>& credentials, absl::Duration connection_age,
    const Services& services) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(address, credentials, &port);
  // Otherwise a second server on the same port would take half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Agents ping so that they notice a dead connection; gRPC would cut off those that do so more
  // often than every five minutes.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kShortestPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  SetLimits(connection_age, builder);
  for (const auto& [name, service] : services) {
    if (service != nullptr) builder.RegisterService(service);
  }
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return MakeError(absl::StatusCode::kUnavailable, Reason::kAddressUnavailable,
                     absl::StrCat("cannot listen on ", address, ", which --", flag,
                                  " names: is it in use, or not an address of this machine?"),
                     {{"flag", std::string(flag)}});
  }
  grpc::HealthCheckServiceInterface* health = server->GetHealthCheckService();
  for (const auto& [name, service] : services) {
    health->SetServingStatus(std::string(name), true);
  }
  return std::unique_ptr<Listener>(new Listener(std::move(server), port));
}

Listener::Listener(std::unique_ptr<grpc::Server> server, int port)
    : server_(std::move(server)), port_(port) {}

void Listener::SetServing(absl::string_view name, bool serving) {
  server_->GetHealthCheckService()->SetServingStatus(std::string(name), serving);
}

void Listener::SetNotServing() { server_->GetHealthCheckService()->SetServingStatus(false); }

void Listener::Stop(absl::Duration grace) {
  server_->Shutdown(
      gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC),
                   gpr_time_from_millis(absl::ToInt64Milliseconds(grace), GPR_TIMESPAN)));
}

}  // namespace bellwether
