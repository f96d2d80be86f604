#include "controlplane/server/configuration_reload.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "controlplane/base/status_macros.h"

namespace bellwether {
namespace {

// What the child printed, standard error included. INVALID_ARGUMENT with that if it failed.
absl::StatusOr<std::string> RunSelf(const std::vector<std::string>& arguments) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    return absl::InternalError(absl::StrCat("no pipe: ", std::strerror(errno)));
  }
  std::vector<char*> argv = {const_cast<char*>("bellwether")};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
  pid_t child = 0;
  const int failed = posix_spawn(&child, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  std::string said;
  char buffer[4096];
  for (ssize_t size = 0; failed == 0 && (size = read(ends[0], buffer, sizeof(buffer))) > 0;) {
    said.append(buffer, static_cast<size_t>(size));
  }
  close(ends[0]);
  if (failed != 0) return absl::InternalError(absl::StrCat("no child: ", std::strerror(failed)));
  int status = 0;
  if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    return said;
  }
  return absl::InvalidArgumentError(absl::StripTrailingAsciiWhitespace(said));
}

std::vector<std::string> With(std::vector<std::string> arguments, absl::string_view flag) {
  arguments.emplace_back(flag);
  return arguments;
}

}  // namespace

absl::StatusOr<Configuration> ReadConfiguration(const std::vector<std::string>& arguments) {
  // Not --validate_config: this process has the addresses and the store.
  ASSIGN_OR_RETURN(const std::string printed, RunSelf(With(arguments, "--print_config")));
  return ParseConfiguration(printed);
}

Configuration ParseConfiguration(absl::string_view printed) {
  Configuration configuration;
  for (absl::string_view line : absl::StrSplit(printed, '\n')) {
    if (!absl::ConsumePrefix(&line, "--")) continue;
    const std::pair<std::string, std::string> setting =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    configuration.insert(setting);
  }
  return configuration;
}

std::vector<std::string> ChangedFlags(const Configuration& before, const Configuration& after) {
  std::vector<std::string> changed;
  for (const auto& [flag, value] : after) {
    const auto old = before.find(flag);
    if (old == before.end() || old->second != value) changed.push_back(flag);
  }
  return changed;
}

}  // namespace bellwether
