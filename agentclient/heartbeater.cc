#include "agentclient/heartbeater.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

constexpr int kBootIdLength = 26;

v1::RegisterAgentRequest WithBootId(v1::RegisterAgentRequest self, Random& random) {
  if (self.boot_id().empty()) self.set_boot_id(random.Base32(kBootIdLength));
  return self;
}

}  // namespace

Heartbeater::Heartbeater(const Clock& clock, Random& random, std::unique_ptr<Membership> membership,
                         LoadSampler& sampler, MembershipListener& listener,
                         v1::RegisterAgentRequest self, const BackoffOptions& backoff)
    : clock_(clock),
      membership_(std::move(membership)),
      listener_(listener),
      loop_(clock, random, *membership_, sampler, listener, WithBootId(std::move(self), random),
            backoff),
      status_(loop_.status()),
      thread_([this] { Run(); }) {}

Heartbeater::~Heartbeater() { Stop(); }

absl::Status Heartbeater::WaitUntilRegistered(absl::Duration timeout) {
  const MonotonicTime deadline = clock_.MonotonicNow() + timeout;
  MutexLock lock(mutex_);
  while (true) {
    if (status_.state == MembershipState::kRefused) return status_.last_error;
    if (status_.registration.has_value()) return absl::OkStatus();
    if (status_.state == MembershipState::kStopped) {
      return absl::CancelledError("stopped before the agent was registered");
    }
    const absl::Duration left = deadline - clock_.MonotonicNow();
    if (left <= absl::ZeroDuration()) {
      return absl::DeadlineExceededError(absl::StrCat(
          "not registered after ", absl::FormatDuration(timeout), "; still trying. Latest error: ",
          status_.last_error.ok() ? "none" : status_.last_error.message()));
    }
    // Bounded, because the system cannot count to infinity.
    changed_.WaitFor(mutex_, std::min(left, absl::Hours(1)));
  }
}

MembershipStatus Heartbeater::status() const {
  MutexLock lock(mutex_);
  return status_;
}

absl::Status Heartbeater::AnnounceDeparture(Departure departure) {
  MutexLock lock(mutex_);
  to_announce_ = departure;
  changed_.NotifyAll();
  while (!announced_.has_value() && !stopping_) changed_.Wait(mutex_);
  return announced_.value_or(absl::CancelledError("stopped before the departure was announced"));
}

void Heartbeater::Stop(Departure departure) {
  {
    MutexLock lock(mutex_);
    if (!stopping_) departure_ = departure;
    stopping_ = true;
  }
  changed_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void Heartbeater::Run() {
  MonotonicTime next = clock_.MonotonicNow();
  Departure departure = Departure::kForGood;
  while (true) {
    std::optional<Departure> to_announce;
    {
      MutexLock lock(mutex_);
      while (!stopping_ && !to_announce_.has_value() && clock_.MonotonicNow() < next) {
        changed_.WaitFor(mutex_, std::min(next - clock_.MonotonicNow(), absl::Hours(1)));
      }
      departure = departure_;
      if (stopping_) break;
      to_announce = std::exchange(to_announce_, std::nullopt);
    }
    if (to_announce.has_value()) {
      Announce(*to_announce);
    } else {
      next = loop_.Step();
    }
    Publish();
  }
  const absl::Status left = loop_.Leave(departure);
  if (!left.ok()) listener_.OnTrouble(left);
  Publish();
}

void Heartbeater::Announce(Departure departure) {
  absl::Status announced = loop_.AnnounceDeparture(departure);
  if (!announced.ok()) listener_.OnTrouble(announced);
  MutexLock lock(mutex_);
  announced_ = std::move(announced);
}

void Heartbeater::Publish() {
  {
    MutexLock lock(mutex_);
    status_ = loop_.status();
  }
  changed_.NotifyAll();
}

}  // namespace bellwether
