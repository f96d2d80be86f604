#ifndef CONTROLPLANE_BASE_COMMAND_LINE_H_
#define CONTROLPLANE_BASE_COMMAND_LINE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// A group of flags under one heading of --help.
struct FlagGroup {
  std::string title;
  std::vector<std::string> flags;
};

// A function of the program that is selected by the first argument.
struct Command {
  std::string name;
  // One-line description.
  std::string summary;
  // The flags of this command. A flag that no command takes belongs to the program itself.
  std::vector<std::string> flags;
};

// The description of a program's command line.
struct ProgramDescription {
  std::string name;
  // One-line description.
  std::string summary;
  // The output of --version.
  std::string version;
  // The prefix of flags in texts: "-" or "--". The parser accepts both.
  std::string dashes = "--";
  // Returns the environment variable of a flag; "" if it has none.
  std::function<std::string(absl::string_view flag_name)> variable_of;
  // A variable with this prefix must belong to a flag or be one of `foreign_variables`, which
  // belong to other programs. Kubernetes's variables for a Service are ignored. "" disables the
  // check.
  std::string variable_prefix;
  std::vector<std::string> foreign_variables;
  // The order of flags in --help.
  std::vector<FlagGroup> groups;
  std::vector<Command> commands;
  // Flags with secret values: white space around them is stripped, and no error shows them.
  std::vector<std::string> secrets;
};

// The value of a flag and where it came from.
struct Setting {
  std::string flag;
  // In the syntax of the flag.
  std::string value;
  // "command line", "flag file", "default", or the name of the environment variable that set it.
  std::string source;
};

// The result of parsing.
struct CommandLine {
  // Not empty for --help, --version and the words help and version: print it and exit with status
  // 0. Nothing else has been checked then.
  std::string answer;
  // One of ProgramDescription::commands; "" for the program itself.
  std::string command;
  // All flags, sorted by name.
  std::vector<Setting> settings;
};

// Sets the program's Abseil flags: from files named by --flagfile, overridden by environment
// variables, overridden by the other arguments. An empty variable counts as unset. Call it from
// main(), before a second thread exists.
//
// INVALID_ARGUMENT, naming the argument, line or variable and the remedy, for an unknown flag,
// command or variable, a flag that the command does not take, a value that does not fit its flag,
// and a value with control characters or with white space or quotes at an end.
absl::StatusOr<CommandLine> ParseCommandLine(int argc, char** argv,
                                             const ProgramDescription& program);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_COMMAND_LINE_H_
