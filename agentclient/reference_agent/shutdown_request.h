#ifndef AGENTCLIENT_REFERENCE_AGENT_SHUTDOWN_REQUEST_H_
#define AGENTCLIENT_REFERENCE_AGENT_SHUTDOWN_REQUEST_H_

#include <string>

#include "absl/time/time.h"

namespace bellwether {

// Somebody wants this process to end: a signal (SIGTERM, SIGINT) or a part of the process itself.
// One for a process. Thread-safe.
class ShutdownRequest {
 public:
  // From now on the two signals are kept for Wait. REQUIRES: there is no other thread yet, so that
  // all inherit it.
  ShutdownRequest();
  ~ShutdownRequest();
  ShutdownRequest(const ShutdownRequest&) = delete;
  ShutdownRequest& operator=(const ShutdownRequest&) = delete;

  // Asks from within.
  void Ask();
  // Waits until somebody asks. The name of the signal, or "" if it was from within. After it, the
  // next signal ends the process at once.
  std::string Wait();
  // Lets `period` pass. True, and earlier, if the process itself asked for the end.
  bool WaitFor(absl::Duration period);

 private:
  int signal_fd_;
  int asked_fd_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_SHUTDOWN_REQUEST_H_
