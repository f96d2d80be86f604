#ifndef AGENTCLIENT_REFERENCE_AGENT_AGENT_IDENTITY_H_
#define AGENTCLIENT_REFERENCE_AGENT_AGENT_IDENTITY_H_

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "controlplane/base/random.h"

namespace bellwether {

// The agent's id, kept in a directory so that it is the same after every start. While the object
// exists no other process can use the directory: two runs under one id would fence each other.
class AgentIdentity {
 public:
  // Reads the id from the file agent_id in `state_dir`. Creates both if they do not exist, in such
  // a way that a crash leaves either no id or a complete one. FAILED_PRECONDITION if another
  // process uses the directory or the file does not contain an id; other errors come from the file
  // system. Each error names the directory or file and the remedy.
  static absl::StatusOr<AgentIdentity> Open(const std::string& state_dir, Random& random);

  AgentIdentity(AgentIdentity&& other) noexcept
      : agent_id_(std::move(other.agent_id_)), lock_fd_(std::exchange(other.lock_fd_, -1)) {}
  AgentIdentity& operator=(AgentIdentity&&) = delete;
  ~AgentIdentity();

  const std::string& agent_id() const { return agent_id_; }

 private:
  explicit AgentIdentity(int lock_fd) : lock_fd_(lock_fd) {}

  std::string agent_id_;
  // Holds the lock while it is open.
  int lock_fd_;
};

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_AGENT_IDENTITY_H_
