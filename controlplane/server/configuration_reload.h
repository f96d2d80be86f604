#ifndef CONTROLPLANE_SERVER_CONFIGURATION_RELOAD_H_
#define CONTROLPLANE_SERVER_CONFIGURATION_RELOAD_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// Flags and their values.
using Configuration = std::map<std::string, std::string>;

// The configuration that the program would have if it were started now with `arguments` (without
// its name). A child process of the same program prints it, so that a mistake in a flag file ends
// the child and not this process. INVALID_ARGUMENT with the child's output if it would not start.
absl::StatusOr<Configuration> ReadConfiguration(const std::vector<std::string>& arguments);

// Parses the output of --print_config. Pure.
Configuration ParseConfiguration(absl::string_view printed);

// The names of the flags whose values differ. Pure.
std::vector<std::string> ChangedFlags(const Configuration& before, const Configuration& after);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_CONFIGURATION_RELOAD_H_
