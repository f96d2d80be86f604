#ifndef CONTROLPLANE_SERVICE_ACCESS_PROTO_H_
#define CONTROLPLANE_SERVICE_ACCESS_PROTO_H_

#include "absl/status/statusor.h"
#include "bellwether/v1/access.pb.h"
#include "controlplane/catalog/credentials.h"
#include "controlplane/model/credential.h"

namespace bellwether {

// Converts credentials between wire and model. Pure functions. The results contain neither a secret
// nor its hash.

// REQUIRES: the credential is an agent key.
v1::AgentKey ToAgentKeyProto(const Credential& credential);
// REQUIRES: the credential is an admin token.
v1::AdminToken ToAdminTokenProto(const Credential& credential);

CredentialFields FromProto(const v1::AgentKey& key);
CredentialFields FromProto(const v1::AdminToken& token);
// INVALID_ARGUMENT (kInvalidArgument) if no role is set.
absl::StatusOr<AdminRole> RoleFromProto(v1::AdminToken::Role role);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_ACCESS_PROTO_H_
