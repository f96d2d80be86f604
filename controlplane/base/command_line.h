#ifndef CONTROLPLANE_BASE_COMMAND_LINE_H_
#define CONTROLPLANE_BASE_COMMAND_LINE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// Flags under one heading of --help.
struct FlagGroup {
  std::string title;
  std::vector<std::string> flags;
};

// Something else that the program does when its name is the first argument.
struct Command {
  std::string name;
  // What it does, in one line.
  std::string summary;
  // The flags that it takes. One that no command takes is for the program itself.
  std::vector<std::string> flags;
};

// What a program says of itself on its command line.
struct ProgramDescription {
  std::string name;
  // What it is, in one line.
  std::string summary;
  // The answer to --version.
  std::string version;
  // How its flags are written in texts: "-" or "--". Both are understood.
  std::string dashes = "--";
  // The environment variable for a flag's name; "" if it has none.
  std::function<std::string(absl::string_view flag_name)> variable_of;
  // A variable that begins so must be that of a flag, or one of `foreign_variables`, which are
  // other programs'; Kubernetes's variables for a Service are left alone. "" to look at none.
  std::string variable_prefix;
  std::vector<std::string> foreign_variables;
  // The order in which --help shows flags.
  std::vector<FlagGroup> groups;
  std::vector<Command> commands;
  // Flags whose values are secrets: white space around them is left out, and no error shows them.
  std::vector<std::string> secrets;
};

// What a flag is set to.
struct Setting {
  std::string flag;
  // As the flag would be written.
  std::string value;
  // "command line", "flag file", "default", or the name of the environment variable that set it.
  std::string source;
};

// What was asked for.
struct CommandLine {
  // Not empty: print it and end with status 0, for --help, --version and the words help and
  // version. Nothing else has been looked at then.
  std::string answer;
  // One of ProgramDescription::commands; "" for the program itself.
  std::string command;
  // What each flag is set to, in the order of their names.
  std::vector<Setting> settings;
};

// Sets the program's Abseil flags: from files named by --flagfile, over that from environment
// variables, over that from the other arguments. An empty variable is as good as none. For mains,
// before there is a second thread.
//
// INVALID_ARGUMENT, naming the argument, line or variable and what to do, for a flag, command or
// variable that does not exist, a flag that is of no use to the command, a value that does not fit
// its flag, and a value with control characters or with white space or quotes at an end.
absl::StatusOr<CommandLine> ParseCommandLine(int argc, char** argv,
                                             const ProgramDescription& program);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_COMMAND_LINE_H_
