#ifndef CONTROLPLANE_BASE_HELP_TEXT_H_
#define CONTROLPLANE_BASE_HELP_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/base/command_line.h"

namespace bellwether {

// The answer to --help: how the program is called, its commands, and its flags by group with their
// defaults and variables; or, if `command` is not nullptr, how that one is called and its flags.
// Flags that are in no group come last.
std::string HelpText(const ProgramDescription& program, const Command* command);

// Whether the program itself has no use for `flag`: a group that begins with "Commands" has it.
bool IsForCommandsAlone(const ProgramDescription& program, absl::string_view flag);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_HELP_TEXT_H_
