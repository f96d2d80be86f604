#ifndef CONTROLPLANE_SERVER_CONFIGURATION_RELOAD_H_
#define CONTROLPLANE_SERVER_CONFIGURATION_RELOAD_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// Flags and what they are set to.
using Configuration = std::map<std::string, std::string>;

// What the program would be set to if it were started now with `arguments` (without its name), as
// a child of its own kind says: a mistake in a flag file ends the child and not us.
// INVALID_ARGUMENT with what the child has said if it would not start.
absl::StatusOr<Configuration> ReadConfiguration(const std::vector<std::string>& arguments);

// What --print_config prints, read back. Pure.
Configuration ParseConfiguration(absl::string_view printed);

// The flags whose values differ, by name. Pure.
std::vector<std::string> ChangedFlags(const Configuration& before, const Configuration& after);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_CONFIGURATION_RELOAD_H_
