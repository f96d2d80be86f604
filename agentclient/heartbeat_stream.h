#ifndef AGENTCLIENT_HEARTBEAT_STREAM_H_
#define AGENTCLIENT_HEARTBEAT_STREAM_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "bellwether/v1/agent.grpc.pb.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// One stream of heartbeats, from its first message to its first failure. Used by one thread at a
// time.
class HeartbeatStream final
    : private grpc::ClientBidiReactor<v1::HeartbeatRequest, v1::HeartbeatResponse> {
 public:
  // Opens the stream. `stub` and `clock` must outlive it.
  HeartbeatStream(v1::AgentService::Stub& stub, const Clock& clock);
  // Cancels the stream and waits until gRPC has released it.
  ~HeartbeatStream() override;
  HeartbeatStream(const HeartbeatStream&) = delete;
  HeartbeatStream& operator=(const HeartbeatStream&) = delete;

  // Sends one heartbeat and waits for its answer. An error ends the stream: DEADLINE_EXCEEDED
  // after `timeout`, UNAVAILABLE if the control plane ended the stream without an error, else the
  // error with which the control plane ended it. REQUIRES: no earlier error.
  absl::StatusOr<v1::HeartbeatResponse> Exchange(const v1::HeartbeatRequest& request,
                                                 absl::Duration timeout);

 private:
  void OnWriteDone(bool ok) override;
  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

  // The result of an exchange.
  enum class Outcome { kAnswered, kBroken, kLate };

  Outcome AwaitOperations(MonotonicTime deadline);
  grpc::Status Close();

  const Clock& clock_;
  grpc::ClientContext context_;
  // Owned by gRPC while operations are in flight.
  v1::HeartbeatRequest request_;
  v1::HeartbeatResponse response_;

  Mutex mutex_;
  CondVar changed_;
  int operations_ ABSL_GUARDED_BY(mutex_) = 0;
  bool written_ ABSL_GUARDED_BY(mutex_) = false;
  bool read_ ABSL_GUARDED_BY(mutex_) = false;
  bool done_ ABSL_GUARDED_BY(mutex_) = false;
  grpc::Status status_ ABSL_GUARDED_BY(mutex_);
  bool closed_ = false;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_HEARTBEAT_STREAM_H_
