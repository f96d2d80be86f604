#ifndef CONTROLPLANE_SERVICE_GRPC_STATUS_H_
#define CONTROLPLANE_SERVICE_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace bellwether {

// An error as gRPC clients see it: code, message, and in the standard details exactly one
// google.rpc.ErrorInfo (domain "bellwether"), and a google.rpc.RetryInfo if a retry may help. An
// error without one of our reasons is internal: it keeps its text and gets the reason "INTERNAL".
// All errors are converted to gRPC's here. Pure.
grpc::Status ToGrpcStatus(const absl::Status& status);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_GRPC_STATUS_H_
