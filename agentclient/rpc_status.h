#ifndef AGENTCLIENT_RPC_STATUS_H_
#define AGENTCLIENT_RPC_STATUS_H_

#include <grpcpp/support/status.h>

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace bellwether {

// Converts the status of a call, with the details that the control plane adds to code and message:
// GetReason, GetErrorMetadata and GetRetryDelay find them in the result. A reason that this
// version does not know is left out. Pure.
absl::Status FromGrpcStatus(const grpc::Status& status);

// How long the control plane asks to wait before the next attempt; nullopt if it did not say, or
// if the error did not come from it.
std::optional<absl::Duration> GetRetryDelay(const absl::Status& status);

}  // namespace bellwether

#endif  // AGENTCLIENT_RPC_STATUS_H_
