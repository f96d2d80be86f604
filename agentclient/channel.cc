#include "agentclient/channel.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/support/channel_arguments.h>

namespace bellwether {

std::shared_ptr<grpc::Channel> MakeChannel(
    const std::string& address, const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
  grpc::ChannelArguments arguments;
  // A ping is sent only after 10 seconds without a byte from the control plane, so an agent that
  // sends heartbeats sends none; the control plane has to allow one every 10 seconds all the same.
  // Without pings a connection that a firewall forgot would hold every call until TCP gives up.
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10'000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5'000);
  // gRPC's own bounds (20 seconds for an attempt, 2 minutes between two) would leave agents away
  // from a restarted control plane for longer than their leases.
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 250);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 5'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5'000);
  return grpc::CreateCustomChannel(address, credentials, arguments);
}

}  // namespace bellwether
