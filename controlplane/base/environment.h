#ifndef CONTROLPLANE_BASE_ENVIRONMENT_H_
#define CONTROLPLANE_BASE_ENVIRONMENT_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/command_line.h"

namespace bellwether {

// Whether `name` is a variable that Kubernetes (or Docker) sets for a Service, as it does in every
// container unless the pod says enableServiceLinks: false. Pure.
bool IsServiceLink(absl::string_view name, absl::string_view value);

// OK if every variable of this process that begins with program.variable_prefix belongs to one of
// `flags`, to another program or to a Service, and if no other variable is nearly that of a flag.
// Else INVALID_ARGUMENT, naming the variable and the probable intention.
absl::Status CheckEnvironment(const ProgramDescription& program,
                              const std::vector<std::string>& flags);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_ENVIRONMENT_H_
