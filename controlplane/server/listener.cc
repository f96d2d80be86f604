#include "controlplane/server/listener.h"

#include <grpc/support/time.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <cstdint>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "controlplane/server/accepted_connection.h"
#include "controlplane/server/close_connections.h"
#include "controlplane/server/connection_guard.h"

namespace bellwether {
namespace {

constexpr int kShortestPingIntervalMs = 5'000;
// A client that disappears silently is detected after the sum of these; agents that send heartbeats
// never get a ping.
constexpr int kKeepaliveMs = 20'000;
constexpr int kKeepaliveTimeoutMs = 10'000;

// How long connections may take to close. What was answered before is written within it.
constexpr absl::Duration kClosePatience = absl::Seconds(1);

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(
      std::min<int64_t>(absl::ToInt64Milliseconds(duration), std::numeric_limits<int>::max()));
}

void SetLimits(const ConnectionLimits& limits, grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxRequestBytes);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxCallsPerConnection);
  builder.SetResourceQuota(grpc::ResourceQuota().Resize(limits.bytes));
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, Milliseconds(limits.age));
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS,
                             Milliseconds(ConnectionAgeGrace(limits.age)));
}

}  // namespace

absl::Status CannotListen(absl::string_view flag, const std::string& address,
                          absl::string_view why) {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kAddressUnavailable,
                   absl::StrCat("cannot listen on ", address, ", which --", flag, " names (", why,
                                "); choose an address of this machine that is not in use"),
                   {{"flag", std::string(flag)}});
}

absl::Duration ConnectionAgeGrace(absl::Duration age) { return std::min(age, absl::Minutes(5)); }

absl::StatusOr<std::unique_ptr<Listener>> Listener::Start(
    absl::string_view flag, const std::string& address,
    const std::shared_ptr<grpc::ServerCredentials>& credentials, const ConnectionLimits& limits,
    const Services& services) {
  absl::StatusOr<std::unique_ptr<ConnectionAcceptor>> acceptor =
      ConnectionAcceptor::Listen(address);
  if (!acceptor.ok()) return CannotListen(flag, address, acceptor.status().message());
  if (const absl::Status guarded = GuardTlsConnections(); !guarded.ok()) {
    return CannotListen(flag, address, guarded.message());
  }
  grpc::ServerBuilder builder;
  std::unique_ptr<Intake> intake = builder.experimental().AddExternalConnectionAcceptor(
      grpc::ServerBuilder::experimental_type::ExternalConnectionType::FROM_FD, credentials);
  // Agents ping so that they notice a dead connection; gRPC would cut off those that do so more
  // often than every five minutes.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kShortestPingIntervalMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  SetLimits(limits, builder);
  for (const auto& [name, service] : services) {
    if (service != nullptr) builder.RegisterService(service);
  }
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return CannotListen(flag, address, "gRPC did not start");
  grpc::HealthCheckServiceInterface* health = server->GetHealthCheckService();
  for (const auto& [name, service] : services) {
    health->SetServingStatus(std::string(name), true);
  }
  std::unique_ptr<Listener> listener(
      new Listener(std::move(server), std::move(intake), *std::move(acceptor)));
  listener->acceptor_->Start(
      flag, limits.descriptors,
      [intake = listener->intake_.get(), name = std::string(absl::StripSuffix(flag, "_address")),
       cuts = listener->cuts_](int descriptor) {
        const AcceptedConnection accepted(name, descriptor, cuts);
        GuardConnection(accepted, descriptor);
        Intake::NewConnectionParameters connection;
        connection.fd = descriptor;
        intake->HandleNewConnection(&connection);
      });
  return listener;
}

Listener::Listener(std::unique_ptr<grpc::Server> server, std::unique_ptr<Intake> intake,
                   std::unique_ptr<ConnectionAcceptor> acceptor)
    : server_(std::move(server)), intake_(std::move(intake)), acceptor_(std::move(acceptor)) {}

void Listener::SetServing(absl::string_view name, bool serving) {
  server_->GetHealthCheckService()->SetServingStatus(std::string(name), serving);
}

void Listener::SetNotServing() { server_->GetHealthCheckService()->SetServingStatus(false); }

void Listener::Stop() {
  Close();
  // gRPC 1.51 ends calls that arrive once it shuts down with CANCELLED, which clients do not try
  // again. So that none arrives, the connections are closed before.
  CloseConnections(port(), kClosePatience);
  server_->Shutdown(gpr_now(GPR_CLOCK_MONOTONIC));
}

}  // namespace bellwether
