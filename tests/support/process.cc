#include "tests/support/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "tests/support/temp_dir.h"

namespace bellwether {

Process::Process(const std::vector<std::string>& command, const Environment& environment) {
  int fds[2];
  EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
  // Made before the fork: between fork and exec only async-signal-safe calls are allowed.
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    // It names a program to tests, and would be an unknown setting to that program.
    if (absl::StartsWith(*variable, "BELLWETHER_AGENT=")) continue;
    variables.emplace_back(*variable);
  }
  for (const auto& [name, value] : environment) variables.push_back(absl::StrCat(name, "=", value));
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  std::vector<char*> envp;
  for (std::string& variable : variables) envp.push_back(variable.data());
  envp.push_back(nullptr);

  pid_ = fork();
  EXPECT_GE(pid_, 0);
  if (pid_ == 0) {
    dup2(fds[1], STDOUT_FILENO);
    dup2(fds[1], STDERR_FILENO);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    execvpe(argv[0], argv.data(), envp.data());
    _exit(127);
  }
  close(fds[1]);
  reader_ = std::thread([this, fd = fds[0]] { ReadOutput(fd); });
}

Process::~Process() {
  if (!waited_) {
    Signal(SIGKILL);
    Wait();
  }
  reader_.join();
}

void Process::ReadOutput(int fd) {
  char buffer[4096];
  while (true) {
    const ssize_t size = read(fd, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (size <= 0) {
      output_ended_ = true;
      changed_.notify_all();
      break;
    }
    output_.append(buffer, static_cast<size_t>(size));
    changed_.notify_all();
  }
  close(fd);
}

std::string Process::WaitForLine(const std::string& text) {
  std::unique_lock<std::mutex> lock(mutex_);
  std::string line;
  changed_.wait_for(lock, std::chrono::minutes(1), [&] {
    const size_t found = output_.find(text);
    const size_t end = found == std::string::npos ? found : output_.find('\n', found);
    if (end == std::string::npos) return output_ended_;
    const size_t before = output_.rfind('\n', found);
    const size_t begin = before == std::string::npos ? 0 : before + 1;
    line = output_.substr(begin, end - begin);
    return true;
  });
  EXPECT_FALSE(line.empty()) << "no line with \"" << text << "\" in:\n" << output_;
  return line;
}

void Process::Signal(int signal) {
  if (!waited_) kill(pid_, signal);
}

int Process::Wait() {
  if (!waited_) {
    while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    waited_ = true;
  }
  return WIFEXITED(status_) ? WEXITSTATUS(status_) : -WTERMSIG(status_);
}

std::string Process::Output() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return output_;
}

void Process::WaitForEndOfOutput() {
  std::unique_lock<std::mutex> lock(mutex_);
  changed_.wait(lock, [this] { return output_ended_; });
}

CommandResult RunCommand(const std::vector<std::string>& command,
                         const Process::Environment& environment) {
  Process process(command, environment);
  CommandResult result;
  result.status = process.Wait();
  process.WaitForEndOfOutput();
  result.output = process.Output();
  return result;
}

CommandResult RunCommandWithInput(const std::vector<std::string>& command,
                                  const std::string& input) {
  const TempDir directory;
  const std::string file = directory.path() + "/input";
  std::ofstream(file) << input;
  std::vector<std::string> shell = {"/bin/sh", "-c", "exec \"$@\" < \"$0\"", file};
  shell.insert(shell.end(), command.begin(), command.end());
  return RunCommand(shell);
}

std::string LogValue(const std::string& line, const std::string& key) {
  const std::string name = " " + key + "=";
  const size_t found = line.find(name);
  if (found == std::string::npos) return "";
  const size_t begin = found + name.size();
  if (begin < line.size() && line[begin] == '"') {
    return line.substr(begin + 1, line.find('"', begin + 1) - begin - 1);
  }
  return line.substr(begin, line.find(' ', begin) - begin);
}

std::string ProgramFromEnvironment(const char* variable) {
  const char* path = getenv(variable);
  EXPECT_NE(path, nullptr) << variable << " is not set: run this test with bazel";
  return path == nullptr ? "" : path;
}

}  // namespace bellwether
