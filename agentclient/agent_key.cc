#include "agentclient/agent_key.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"

namespace bellwether {
namespace {

constexpr absl::Duration kLookAgainAfter = absl::Seconds(10);

absl::StatusOr<std::string> Read(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  if (!file) {
    return absl::InvalidArgumentError(absl::StrCat("cannot read an agent key from ", path,
                                                   "; name a file that this user may read"));
  }
  std::string key(absl::StripAsciiWhitespace(text.str()));
  const absl::Status valid = ValidateAgentKey(key);
  if (!valid.ok()) return absl::InvalidArgumentError(absl::StrCat(path, ": ", valid.message()));
  return key;
}

}  // namespace

absl::Status ValidateAgentKey(absl::string_view key) {
  const bool printable =
      std::all_of(key.begin(), key.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
  if (!key.empty() && printable) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "this is no agent key; give one as CreateAgentKey showed it, such as \"agk_....\"");
}

absl::StatusOr<std::shared_ptr<AgentKeyFile>> AgentKeyFile::Open(const std::string& path,
                                                                 const Clock& clock) {
  ASSIGN_OR_RETURN(std::string key, Read(path));
  return std::shared_ptr<AgentKeyFile>(new AgentKeyFile(path, clock, std::move(key)));
}

AgentKeyFile::AgentKeyFile(const std::string& path, const Clock& clock, std::string key)
    : path_(path), clock_(clock), key_(std::move(key)), looked_(clock.MonotonicNow()) {}

std::string AgentKeyFile::Key() {
  const MonotonicTime now = clock_.MonotonicNow();
  {
    MutexLock lock(mutex_);
    if (now - looked_ < kLookAgainAfter) return key_;
    // Concurrent callers use the last key meanwhile.
    looked_ = now;
  }
  absl::StatusOr<std::string> key = Read(path_);
  MutexLock lock(mutex_);
  if (key.ok()) key_ = *std::move(key);
  return key_;
}

}  // namespace bellwether
