#ifndef CONTROLPLANE_SERVICE_GRPC_STATUS_H_
#define CONTROLPLANE_SERVICE_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace bellwether {

// An error as gRPC clients see it: code, message, and in the standard details exactly one
// google.rpc.ErrorInfo (domain "bellwether"), and a google.rpc.RetryInfo where it is worth trying
// again. An error without a reason of ours is an internal one: its text is kept, its reason is
// "INTERNAL". The only place where errors become gRPC's. Pure.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_GRPC_STATUS_H_
