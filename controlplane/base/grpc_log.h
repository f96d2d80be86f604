#ifndef CONTROLPLANE_BASE_GRPC_LOG_H_
#define CONTROLPLANE_BASE_GRPC_LOG_H_

namespace bellwether {

// Makes every line of gRPC's own log a line of ours, with its errors as warnings, its text
// shortened and each place in gRPC's code limited (ProcessLimitedLog): what a peer sends must not
// fill the log. Lines of the source file `quiet_file`, about which somebody else says more, are for
// debugging only. A switch of the process; safe to repeat. Thread-safe.
void RouteGrpcLog(const char* quiet_file = "");

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_GRPC_LOG_H_
