#ifndef CONTROLPLANE_SERVICE_REQUEST_SCOPE_H_
#define CONTROLPLANE_SERVICE_REQUEST_SCOPE_H_

#include <google/protobuf/message.h>

#include <string>

#include "controlplane/access/access_decision.h"

namespace bellwether {

// Reads the subject of a request by the names of its fields, so that a new method only needs to use
// the usual names. Pure functions.

// The subject of an agent's call: its fields `agent_pool` and `virtual_cluster`. Points into the
// request. A request with neither has no subject, and no key is valid for it.
AccessScope ScopeOf(const google::protobuf::Message& request);

// The cluster that a call is meant for: its field `cluster_uid`. Points into the request. Empty if
// the request does not have one.
absl::string_view ClusterUidOf(const google::protobuf::Message& request);

// The resource for the log: `name`, else the `name` of a nested resource, else `parent`, else the
// result of ScopeOf, else a requested id; shortened. Empty if the request has none of these.
std::string ResourceOf(const google::protobuf::Message& request);

// The request_id of a change, for the log; shortened. Empty if the request has none.
std::string RequestIdOf(const google::protobuf::Message& request);

// Whether the request only validates a change.
bool IsOnlyValidated(const google::protobuf::Message& request);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_REQUEST_SCOPE_H_
