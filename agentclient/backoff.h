#ifndef AGENTCLIENT_BACKOFF_H_
#define AGENTCLIENT_BACKOFF_H_

#include "absl/time/time.h"
#include "controlplane/base/random.h"

namespace bellwether {

// Bounds of a back-off.
struct BackoffOptions {
  // Upper bound of the first wait.
  absl::Duration initial = absl::Milliseconds(250);
  // Upper bound of every wait.
  absl::Duration max = absl::Seconds(5);
};

// Time between attempts: exponential with full jitter, so that a thousand agents that failed
// together do not retry together. Not thread-safe.
class Backoff {
 public:
  // `random` must outlive the back-off. REQUIRES: 0 < initial <= max.
  Backoff(const BackoffOptions& options, Random& random);

  // Uniform between 0 and a ceiling, which doubles with each call up to the maximum.
  absl::Duration Next();
  // Caps all further waits at `longest` as well as at BackoffOptions::max. First waits keep their
  // bound.
  void Limit(absl::Duration longest);
  // The next wait is a first one again.
  void Reset() { ceiling_ = options_.initial; }

 private:
  const BackoffOptions options_;
  Random& random_;
  absl::Duration max_;
  absl::Duration ceiling_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_BACKOFF_H_
