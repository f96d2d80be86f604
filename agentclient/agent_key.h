#ifndef AGENTCLIENT_AGENT_KEY_H_
#define AGENTCLIENT_AGENT_KEY_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"

namespace bellwether {

// Returns the key that an agent sends with its calls, as of now; "" for none. Thread-safe, and
// fast: it is called for every call.
using AgentKeySource = std::function<std::string()>;

// OK if `key` can be an agent key: printable and without spaces. Else INVALID_ARGUMENT; the error
// does not show it. Pure.
absl::Status ValidateAgentKey(absl::string_view key);

// A key in a file that may be replaced while the agent runs. The file is read again when a key is
// requested and the last read was more than ten seconds ago. If the file cannot be read then, or
// contains no key, the last key stays in force. Thread-safe.
class AgentKeyFile {
 public:
  // Reads the file and strips white space around the key. INVALID_ARGUMENT, naming the path, if
  // the file cannot be read or contains no key. `clock` must outlive the file.
  static absl::StatusOr<std::shared_ptr<AgentKeyFile>> Open(const std::string& path,
                                                            const Clock& clock);

  std::string Key();

 private:
  AgentKeyFile(const std::string& path, const Clock& clock, std::string key);

  const std::string path_;
  const Clock& clock_;
  Mutex mutex_;
  std::string key_ ABSL_GUARDED_BY(mutex_);
  MonotonicTime looked_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // AGENTCLIENT_AGENT_KEY_H_
