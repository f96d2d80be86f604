#ifndef CONTROLPLANE_BASE_GRPC_LOG_H_
#define CONTROLPLANE_BASE_GRPC_LOG_H_

namespace bellwether {

// Writes gRPC's own log to our log: its errors as warnings, with shortened text and a rate limit
// for each place in gRPC's code (ProcessLimitedLog), since a peer must not be able to fill the log.
// Lines of the source file `quiet_file`, whose events are logged elsewhere in more detail, get the
// level debug. Affects the whole process; may be called again. Thread-safe.
void RouteGrpcLog(const char* quiet_file = "");

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_GRPC_LOG_H_
