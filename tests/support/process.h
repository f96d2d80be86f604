#ifndef TESTS_SUPPORT_PROCESS_H_
#define TESTS_SUPPORT_PROCESS_H_

#include <sys/types.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace bellwether {

// A real child process whose standard output and error are read, together, as they come. Killed at
// the end if it still runs. Thread-safe.
class Process {
 public:
  // Variables of the child in addition to those of this process.
  using Environment = std::vector<std::pair<std::string, std::string>>;

  explicit Process(const std::vector<std::string>& command, const Environment& environment = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  // Waits until a line has come that contains `text`, and returns it. Empty if the output ended
  // without one, or after a minute: a test that waits for it fails then.
  std::string WaitForLine(const std::string& text);
  pid_t pid() const { return pid_; }
  // Sends a signal.
  void Signal(int signal);
  // Waits for its end and returns its exit status, or minus the signal that killed it.
  int Wait();
  // Everything that it has printed so far.
  std::string Output();
  // Waits until it has closed its output, as a process does that ends.
  void WaitForEndOfOutput();

 private:
  void ReadOutput(int fd);

  pid_t pid_ = -1;
  bool waited_ = false;
  int status_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string output_;
  bool output_ended_ = false;
  std::thread reader_;
};

// What a command printed, and how it ended.
struct CommandResult {
  int status = 0;
  std::string output;
};

// Runs a command to its end.
CommandResult RunCommand(const std::vector<std::string>& command,
                         const Process::Environment& environment = {});

// Runs a command to its end, with `input` as its standard input.
CommandResult RunCommandWithInput(const std::vector<std::string>& command,
                                  const std::string& input);

// The value of `key=` in a log line, quotes taken off.
std::string LogValue(const std::string& line, const std::string& key);

// The path of a program that the test's rule names in an environment variable.
std::string ProgramFromEnvironment(const char* variable);

}  // namespace bellwether

#endif  // TESTS_SUPPORT_PROCESS_H_
