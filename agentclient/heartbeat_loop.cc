#include "agentclient/heartbeat_loop.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agentclient/proto_duration.h"
#include "agentclient/rpc_status.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

// A control plane that names no pace, or an absurd one, must neither be flooded nor forgotten.
constexpr absl::Duration kDefaultPace = absl::Seconds(3);
constexpr absl::Duration kFastestPace = absl::Milliseconds(10);
constexpr absl::Duration kSlowestPace = absl::Minutes(5);

absl::Duration Pace(const google::protobuf::Duration& duration, absl::Duration otherwise) {
  const absl::Duration pace = FromProto(duration);
  if (pace <= absl::ZeroDuration()) return otherwise;
  return std::clamp(pace, kFastestPace, kSlowestPace);
}

absl::Status WrongCluster(absl::string_view found, absl::string_view expected) {
  return MakeError(
      absl::StatusCode::kFailedPrecondition, Reason::kWrongCluster,
      absl::StrCat("this agent is registered with cluster ", expected,
                   ", and the control plane is ", found,
                   "; check -controlPlaneAddress, and --data_dir of the control plane"));
}

// Whether waiting cannot help: the request itself is wrong, or the server does not support it.
bool IsRefusal(const absl::Status& error) {
  switch (error.code()) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kNotFound:
    case absl::StatusCode::kAlreadyExists:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kUnimplemented:
      return true;
    default:
      return false;
  }
}

}  // namespace

HeartbeatLoop::HeartbeatLoop(const Clock& clock, Random& random, Membership& membership,
                             LoadSampler& sampler, MembershipListener& listener,
                             const v1::RegisterAgentRequest& self, const BackoffOptions& backoff)
    : clock_(clock),
      membership_(membership),
      sampler_(sampler),
      listener_(listener),
      self_(self),
      backoff_(backoff, random) {
  status_.since = clock.MonotonicNow();
}

MonotonicTime HeartbeatLoop::Step() {
  switch (status_.state) {
    case MembershipState::kRegistering:
      return Register();
    case MembershipState::kRegistered:
    case MembershipState::kDisconnected:
      if (departure_.has_value() && !announced_) {
        const absl::Status announced = Announce();
        if (!announced.ok()) return TryAgainAfter(announced);
        if (status_.state == MembershipState::kStopped) break;
      }
      return SendHeartbeat();
    case MembershipState::kRefused:
    case MembershipState::kFenced:
    case MembershipState::kStopped:
      break;
  }
  return MonotonicTime::InfiniteFuture();
}

absl::Status HeartbeatLoop::AnnounceDeparture(Departure departure) {
  departure_ = departure;
  switch (status_.state) {
    case MembershipState::kRegistered:
    case MembershipState::kDisconnected:
      return Announce();
    case MembershipState::kRegistering:
      // It is in no pool, and will not be.
      Enter(MembershipState::kStopped);
      break;
    case MembershipState::kRefused:
    case MembershipState::kFenced:
    case MembershipState::kStopped:
      break;
  }
  return absl::OkStatus();
}

absl::Status HeartbeatLoop::Announce() {
  v1::AnnounceDepartureRequest request;
  request.set_agent_id(self_.agent_id());
  request.set_agent_epoch(status_.registration->agent_epoch());
  request.set_agent_pool(status_.registration->agent_pool());
  request.set_restarting(departure_ == Departure::kRestart);
  const absl::Status announced = membership_.AnnounceDeparture(request);
  if (absl::IsUnimplemented(announced)) return Leave(*departure_);
  announced_ = announced.ok();
  return announced;
}

absl::Status HeartbeatLoop::Leave(Departure departure) {
  const bool registered = status_.state == MembershipState::kRegistered ||
                          status_.state == MembershipState::kDisconnected;
  absl::Status left;
  if (registered) {
    v1::DeregisterAgentRequest request;
    request.set_agent_id(self_.agent_id());
    request.set_agent_epoch(status_.registration->agent_epoch());
    request.set_agent_pool(status_.registration->agent_pool());
    request.set_restarting(departure == Departure::kRestart);
    left = membership_.Deregister(request);
  }
  // Why an agent was refused or fenced is worth more than that it stopped.
  if (registered || status_.state == MembershipState::kRegistering) {
    Enter(MembershipState::kStopped);
  }
  status_.last_error = left.ok() ? status_.last_error : left;
  return left;
}

MonotonicTime HeartbeatLoop::Register() {
  v1::RegisterAgentRequest request = self_;
  if (status_.registration.has_value()) {
    request.set_cluster_uid(status_.registration->cluster_uid());
  }
  absl::StatusOr<v1::RegisterAgentResponse> registered = membership_.Register(request);
  if (registered.ok() && status_.registration.has_value() &&
      registered->cluster_uid() != status_.registration->cluster_uid()) {
    // An older control plane, which does not look at it.
    registered = WrongCluster(registered->cluster_uid(), status_.registration->cluster_uid());
  }
  if (!registered.ok()) {
    // After the first registration the agent has clients to serve, and the pool may come back.
    // Before it, no client waits.
    if (status_.registration.has_value() || !IsRefusal(registered.status())) {
      return TryAgainAfter(registered.status());
    }
    status_.last_error = registered.status();
    Enter(MembershipState::kRefused);
    listener_.OnRefused(registered.status());
    return MonotonicTime::InfiniteFuture();
  }
  status_.registration = *std::move(registered);
  // After a restart of the control plane a lease must be longer than this wait plus the channel's.
  const absl::Duration lease = FromProto(status_.registration->lease_duration());
  if (lease > absl::ZeroDuration()) backoff_.Limit(lease / 3);
  status_.last_error = absl::OkStatus();
  Enter(MembershipState::kRegistered);
  listener_.OnRegistered(*status_.registration);
  // The first report at once: with it the agent begins to get its share.
  return clock_.MonotonicNow();
}

MonotonicTime HeartbeatLoop::SendHeartbeat() {
  const absl::StatusOr<v1::HeartbeatResponse> response = membership_.SendHeartbeat(NextHeartbeat());
  if (response.ok()) return Accept(*response);
  if (GetReason(response.status()) == Reason::kStaleAgentEpoch) {
    status_.last_error = response.status();
    Enter(MembershipState::kFenced);
    listener_.OnFenced(response.status());
    return MonotonicTime::InfiniteFuture();
  }
  Enter(MembershipState::kDisconnected);
  return TryAgainAfter(response.status());
}

v1::HeartbeatRequest HeartbeatLoop::NextHeartbeat() {
  v1::HeartbeatRequest heartbeat;
  sampler_.Sample(heartbeat);
  heartbeat.set_agent_id(self_.agent_id());
  heartbeat.set_agent_epoch(status_.registration->agent_epoch());
  heartbeat.set_sequence(++sequence_);
  heartbeat.set_cluster_uid(status_.registration->cluster_uid());
  heartbeat.set_agent_pool(status_.registration->agent_pool());
  return heartbeat;
}

MonotonicTime HeartbeatLoop::Accept(const v1::HeartbeatResponse& response) {
  status_.last_error = absl::OkStatus();
  if (response.reregister() && departure_.has_value()) {
    Enter(MembershipState::kStopped);
    return MonotonicTime::InfiniteFuture();
  }
  if (response.reregister()) {
    Enter(MembershipState::kRegistering);
    // Continues the back-off, so that a control plane that repeatedly forgets a new registration is
    // not called in a tight loop.
    return clock_.MonotonicNow() + backoff_.Next();
  }
  backoff_.Reset();
  if (status_.state == MembershipState::kDisconnected) {
    listener_.OnReconnected(clock_.MonotonicNow() - status_.since);
  }
  Enter(MembershipState::kRegistered);
  if (response.drain() != status_.drain) {
    status_.drain = response.drain();
    listener_.OnDrain(status_.drain);
  }
  const absl::Duration usual = Pace(status_.registration->heartbeat_interval(), kDefaultPace);
  return clock_.MonotonicNow() + Pace(response.next_heartbeat_after(), usual);
}

MonotonicTime HeartbeatLoop::TryAgainAfter(const absl::Status& error) {
  const bool news = error.code() != status_.last_error.code() ||
                    GetReason(error) != GetReason(status_.last_error);
  status_.last_error = error;
  if (news) listener_.OnTrouble(error);
  // The jitter is added to the delay that the control plane requests; otherwise all agents would
  // come back at the same moment.
  const absl::Duration asked_for = GetRetryDelay(error).value_or(absl::ZeroDuration());
  return clock_.MonotonicNow() + std::min(asked_for, kSlowestPace) + backoff_.Next();
}

void HeartbeatLoop::Enter(MembershipState state) {
  if (status_.state == state) return;
  status_.state = state;
  status_.since = clock_.MonotonicNow();
}

}  // namespace bellwether
