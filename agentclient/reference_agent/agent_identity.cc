#include "agentclient/reference_agent/agent_identity.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

constexpr int kRandomLength = 12;

absl::Status SystemError(absl::string_view what, const std::string& path, int error) {
  return absl::ErrnoToStatus(
      error, absl::StrCat("cannot ", what, " ", path,
                          "; make it writable, choose another -stateDir, or set -agentID"));
}

absl::Status WriteAll(int fd, absl::string_view text, const std::string& path) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return SystemError("write", path, errno);
    text.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(fd) != 0) return SystemError("sync", path, errno);
  return absl::OkStatus();
}

absl::Status SyncDirectory(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return SystemError("open", path, errno);
  const int error = fsync(fd) == 0 ? 0 : errno;
  close(fd);
  return error == 0 ? absl::OkStatus() : SystemError("sync", path, error);
}

// Puts a whole file in place of none: written aside, synced, then renamed.
absl::Status WriteFile(const std::string& directory, const std::string& path,
                       absl::string_view text) {
  const std::string aside = absl::StrCat(path, ".new");
  const int fd = open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return SystemError("create", aside, errno);
  const absl::Status written = WriteAll(fd, text, aside);
  close(fd);
  RETURN_IF_ERROR(written);
  if (rename(aside.c_str(), path.c_str()) != 0) return SystemError("create", path, errno);
  return SyncDirectory(directory);
}

// nullopt if there is no such file.
absl::StatusOr<std::optional<std::string>> ReadAgentId(const std::string& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) return SystemError("read", path, EIO);
  std::string agent_id(absl::StripAsciiWhitespace(text.str()));
  if (!ValidateAgentId(agent_id).ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, " contains '", Excerpt(agent_id),
                     "', which is not an agent id; write the agent's id to it, or remove the "
                     "file to generate a new id"));
  }
  return agent_id;
}

absl::StatusOr<int> LockDirectory(const std::string& state_dir) {
  const std::string path = absl::StrCat(state_dir, "/lock");
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return SystemError("open", path, errno);
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
  const int error = errno;
  close(fd);
  if (error != EWOULDBLOCK) return SystemError("lock", path, error);
  return absl::FailedPreconditionError(
      absl::StrCat("another agent runs with the state directory ", state_dir,
                   "; give each agent its own -stateDir or -agentID"));
}

}  // namespace

absl::StatusOr<AgentIdentity> AgentIdentity::Open(const std::string& state_dir, Random& random) {
  std::error_code error;
  std::filesystem::create_directories(state_dir, error);
  if (error) return SystemError("create", state_dir, error.value());
  ASSIGN_OR_RETURN(const int lock_fd, LockDirectory(state_dir));
  AgentIdentity identity(lock_fd);
  const std::string path = absl::StrCat(state_dir, "/agent_id");
  ASSIGN_OR_RETURN(std::optional<std::string> known, ReadAgentId(path));
  if (known.has_value()) {
    identity.agent_id_ = *std::move(known);
    return identity;
  }
  identity.agent_id_ = absl::StrCat("agent-", random.Base32(kRandomLength));
  RETURN_IF_ERROR(WriteFile(state_dir, path, absl::StrCat(identity.agent_id_, "\n")));
  return identity;
}

AgentIdentity::~AgentIdentity() {
  if (lock_fd_ >= 0) close(lock_fd_);
}

}  // namespace bellwether
