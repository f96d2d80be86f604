#ifndef CONTROLPLANE_MODEL_FIELD_TEXT_H_
#define CONTROLPLANE_MODEL_FIELD_TEXT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// Rules for the text fields of requests and for the settings that fill them. Pure functions; errors
// are INVALID_ARGUMENT (kInvalidArgument), name `field` and give the remedy.

// OK if `text` contains no accidental characters (base/text_problem.h).
absl::Status CheckFieldText(absl::string_view field, absl::string_view text);

// Whether `name` consists of characters that are allowed in the name of a zone or agent group, so
// that a client id can carry it: letters, digits and "_-.:/".
bool IsLocationName(absl::string_view name);
// OK if `name` is empty or IsLocationName.
absl::Status CheckLocationName(absl::string_view field, absl::string_view name);

// Whether `host` can be a host name (labels of letters, digits, '-' and '_' between dots) or an IP
// address without brackets.
bool IsHost(absl::string_view host);
// OK if clients can connect to `host`: IsHost, and an address of one machine.
absl::Status CheckReachableHost(absl::string_view field, absl::string_view host);

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_FIELD_TEXT_H_
