#ifndef CONTROLPLANE_BASE_COMMAND_LINE_H_
#define CONTROLPLANE_BASE_COMMAND_LINE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// What a program says of itself on its command line.
struct ProgramDescription {
  // Shown by --help above the flags.
  std::string usage;
  // Shown by --version.
  std::string version;
  // The environment variable for a flag's name; "" if it has none.
  std::function<std::string(absl::string_view flag_name)> variable_of;
};

// What a flag is set to.
struct Setting {
  std::string flag;
  // As the flag would be written.
  std::string value;
  // "command line", "flag file", "default", or the name of the environment variable that set it.
  std::string source;
};

// Sets the program's Abseil flags: from files named by --flagfile, over that from environment
// variables, over that from the other arguments. An empty variable is as good as none. For mains,
// before there is a second thread. Returns what each flag is set to, in the order of their names.
//
// INVALID_ARGUMENT, with the variable or argument that is wrong, if a variable's value does not fit
// its flag or if there is an argument that is no flag. An unknown flag or a value that does not fit
// ends the process with status 1 and a message that names it; so do --help and, with status 0,
// --version.
absl::StatusOr<std::vector<Setting>> ParseCommandLine(int argc, char** argv,
                                                      const ProgramDescription& program);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_COMMAND_LINE_H_
