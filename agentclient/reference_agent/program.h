#ifndef AGENTCLIENT_REFERENCE_AGENT_PROGRAM_H_
#define AGENTCLIENT_REFERENCE_AGENT_PROGRAM_H_

#include "absl/strings/string_view.h"
#include "controlplane/base/command_line.h"

namespace bellwether {

// The content of `bellwether-agent --help` and `--version`; `commit` is the one that it was built
// from.
ProgramDescription DescribeReferenceAgent(absl::string_view commit);

}  // namespace bellwether

#endif  // AGENTCLIENT_REFERENCE_AGENT_PROGRAM_H_
