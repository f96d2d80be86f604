#ifndef CONTROLPLANE_SERVICE_REQUEST_SCOPE_H_
#define CONTROLPLANE_SERVICE_REQUEST_SCOPE_H_

#include <google/protobuf/message.h>

#include <string>

#include "controlplane/access/access_decision.h"

namespace bellwether {

// What requests say of what they are about, read by the names of their fields, so that a new method
// needs nothing but to call them as all others do. Pure functions.

// What a call of an agent is about: its fields `agent_pool` and `virtual_cluster`. Shows into the
// request. A request with neither is about nothing, and no key is good for it.
AccessScope ScopeOf(const google::protobuf::Message& request);

// The cluster that a call is meant for: its field `cluster_uid`. Shows into the request. Empty if
// the request does not say.
absl::string_view ClusterUidOf(const google::protobuf::Message& request);

// The resource for the log: `name`, else the `name` of a resource inside, else `parent`, else what
// ScopeOf says, else an id that is asked for; shortened. Empty if the request names none.
std::string ResourceOf(const google::protobuf::Message& request);

// The id under which a change is asked for, for the log; shortened. Empty if the request has none.
std::string RequestIdOf(const google::protobuf::Message& request);

// Whether the request asks to validate a change only, and not to make it.
bool IsOnlyValidated(const google::protobuf::Message& request);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_REQUEST_SCOPE_H_
