#ifndef CONTROLPLANE_BASE_HELP_TEXT_H_
#define CONTROLPLANE_BASE_HELP_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/base/command_line.h"

namespace bellwether {

// The output of --help: usage, commands, and flags by group with their defaults and variables; or,
// if `command` is not nullptr, the usage and flags of that command. Flags without a group come
// last.
std::string HelpText(const ProgramDescription& program, const Command* command);

// Whether only commands use `flag`: its group's heading begins with "Commands".
bool IsForCommandsAlone(const ProgramDescription& program, absl::string_view flag);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_HELP_TEXT_H_
