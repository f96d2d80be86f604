#ifndef CONTROLPLANE_SERVER_PROGRAM_H_
#define CONTROLPLANE_SERVER_PROGRAM_H_

#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/base/command_line.h"

namespace bellwether {

// What `bellwether --help` and `--version` say: its flags by group, its commands, and the versions
// of its parts; `commit` is what it was built from.
ProgramDescription DescribeControlPlane(absl::string_view commit);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_PROGRAM_H_
