#include "agentclient/reference_agent/shutdown_request.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>

namespace bellwether {
namespace {

sigset_t Signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

}  // namespace

ShutdownRequest::ShutdownRequest() : asked_fd_(eventfd(0, EFD_CLOEXEC)) {
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal_fd_ = signalfd(-1, &signals, SFD_CLOEXEC);
}

ShutdownRequest::~ShutdownRequest() {
  close(signal_fd_);
  close(asked_fd_);
}

void ShutdownRequest::Ask() {
  const uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = write(asked_fd_, &one, sizeof(one));
}

std::string ShutdownRequest::Wait() {
  pollfd fds[] = {{signal_fd_, POLLIN, 0}, {asked_fd_, POLLIN, 0}};
  while (poll(fds, 2, -1) <= 0) {
  }
  std::string name;
  signalfd_siginfo info = {};
  if ((fds[0].revents & POLLIN) != 0 && read(signal_fd_, &info, sizeof(info)) == sizeof(info)) {
    name = sigabbrev_np(static_cast<int>(info.ssi_signo));
  }
  // The usual effect of both signals is the end.
  const sigset_t signals = Signals();
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  return name.empty() ? "" : "SIG" + name;
}

bool ShutdownRequest::WaitFor(absl::Duration period) {
  pollfd fd = {asked_fd_, POLLIN, 0};
  const auto milliseconds = absl::ToInt64Milliseconds(absl::Ceil(period, absl::Milliseconds(1)));
  return poll(&fd, 1, static_cast<int>(std::min(milliseconds, int64_t{1} << 30))) > 0;
}

}  // namespace bellwether
