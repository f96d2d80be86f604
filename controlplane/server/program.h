#ifndef CONTROLPLANE_SERVER_PROGRAM_H_
#define CONTROLPLANE_SERVER_PROGRAM_H_

#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/base/command_line.h"

namespace bellwether {

// The content of `bellwether --help` and `--version`: flags by group, commands, and versions of its
// parts; `commit` is the one that it was built from.
ProgramDescription DescribeControlPlane(absl::string_view commit);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_PROGRAM_H_
