#ifndef CONTROLPLANE_SERVER_GRPC_LOG_H_
#define CONTROLPLANE_SERVER_GRPC_LOG_H_

namespace bellwether {

// Makes what gRPC has to say a line of our log, its errors warnings. A switch of the process; safe
// to repeat.
void LogWhatGrpcSays();

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_GRPC_LOG_H_
