#include "agentclient/heartbeat_stream.h"

#include <algorithm>
#include <utility>

#include "agentclient/rpc_status.h"

namespace bellwether {

HeartbeatStream::HeartbeatStream(v1::AgentService::Stub& stub, const Clock& clock) : clock_(clock) {
  stub.async()->StreamHeartbeats(&context_, this);
  // Operations are started from outside gRPC's callbacks: until the hold is gone it must not call
  // the stream done.
  AddHold();
  StartCall();
}

HeartbeatStream::~HeartbeatStream() {
  if (closed_) return;
  context_.TryCancel();
  Close();
}

absl::StatusOr<v1::HeartbeatResponse> HeartbeatStream::Exchange(const v1::HeartbeatRequest& request,
                                                                absl::Duration timeout) {
  request_ = request;
  {
    MutexLock lock(mutex_);
    operations_ = 2;
  }
  StartWrite(&request_);
  StartRead(&response_);
  const Outcome outcome = AwaitOperations(clock_.MonotonicNow() + timeout);
  if (outcome == Outcome::kAnswered) return std::move(response_);
  if (outcome == Outcome::kLate) {
    context_.TryCancel();
    AwaitOperations(MonotonicTime::InfiniteFuture());
  }
  const grpc::Status status = Close();
  if (outcome == Outcome::kLate) {
    return absl::DeadlineExceededError("the heartbeat was not answered in time");
  }
  if (status.ok()) return absl::UnavailableError("the control plane ended the heartbeat stream");
  return FromGrpcStatus(status);
}

void HeartbeatStream::OnWriteDone(bool ok) {
  MutexLock lock(mutex_);
  --operations_;
  written_ = ok;
  changed_.NotifyAll();
}

void HeartbeatStream::OnReadDone(bool ok) {
  MutexLock lock(mutex_);
  --operations_;
  read_ = ok;
  changed_.NotifyAll();
}

void HeartbeatStream::OnDone(const grpc::Status& status) {
  MutexLock lock(mutex_);
  status_ = status;
  done_ = true;
  // Under the lock: a thread that sees `done_` may destroy the stream.
  changed_.NotifyAll();
}

HeartbeatStream::Outcome HeartbeatStream::AwaitOperations(MonotonicTime deadline) {
  MutexLock lock(mutex_);
  while (operations_ > 0) {
    const absl::Duration left = deadline - clock_.MonotonicNow();
    if (left <= absl::ZeroDuration()) return Outcome::kLate;
    // Bounded, because the system cannot count to infinity.
    changed_.WaitFor(mutex_, std::min(left, absl::Hours(1)));
  }
  // An answer to a message that could not be sent is none, but then the call goes on: cancel it.
  if (read_ && !written_) return Outcome::kLate;
  return read_ ? Outcome::kAnswered : Outcome::kBroken;
}

grpc::Status HeartbeatStream::Close() {
  closed_ = true;
  RemoveHold();
  MutexLock lock(mutex_);
  while (!done_) changed_.Wait(mutex_);
  return status_;
}

}  // namespace bellwether
