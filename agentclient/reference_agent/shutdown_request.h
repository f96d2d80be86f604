#ifndef AGENTCLIENT_REFERENCE_AGENT_SHUTDOWN_REQUEST_H_
#define AGENTCLIENT_REFERENCE_AGENT_SHUTDOWN_REQUEST_H_

#include <string>

#include "absl/time/time.h"

namespace bellwether {

// A request that this process end: by a signal (SIGTERM, SIGINT) or by a part of the process
// itself. One for each process. Thread-safe.
class ShutdownRequest {
 public:
  // Blocks the two signals and keeps them for Wait. REQUIRES: no other thread exists yet, so that
  // all threads inherit the signal mask.
  ShutdownRequest();
  ~ShutdownRequest();
  ShutdownRequest(const ShutdownRequest&) = delete;
  ShutdownRequest& operator=(const ShutdownRequest&) = delete;

  // Requests the shutdown from within the process.
  void Ask();
  // Waits for a request. Returns the name of the signal, or "" if the request came from within.
  // After that the next signal ends the process at once.
  std::string Wait();
  // Waits for `period`. Returns true, and earlier, if the process itself requested its shutdown.
  bool WaitFor(absl::Duration period);

 private:
  int signal_fd_;
  int asked_fd_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_SHUTDOWN_REQUEST_H_
