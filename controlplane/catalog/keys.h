#ifndef CONTROLPLANE_CATALOG_KEYS_H_
#define CONTROLPLANE_CATALOG_KEYS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {

// Every key of the store, in one place. Ids never contain '/'. Pure functions.
//
//   cluster                    whose data this is, and its layout
//   catalog/vc/{id}            a virtual cluster
//   catalog/pool/{id}          an agent pool
//   catalog/credential/{id}    an agent key or an admin token, without its secret
//   request/{request id}       the answer to a change
//   reg/{pool id}/{agent id}   a registration
//   joined/{pool id}           written whenever an agent is added to the pool; empty
//   plan/{pool id}             the exceptions of a pool's plans

inline constexpr absl::string_view kClusterKey = "cluster";
// Virtual clusters, pools and credentials have one prefix, so that one listing shows all as of one
// revision.
inline constexpr absl::string_view kCatalogPrefix = "catalog/";
inline constexpr absl::string_view kRequestPrefix = "request/";
inline constexpr absl::string_view kRegistrationPrefix = "reg/";
inline constexpr absl::string_view kPlanPrefix = "plan/";

std::string VirtualClusterKey(absl::string_view id);
std::string AgentPoolKey(absl::string_view id);
std::string CredentialKey(absl::string_view id);
std::string RequestKey(absl::string_view request_id);
std::string RegistrationKey(const AgentKey& agent);
// What the keys of all registrations of a pool begin with.
std::string PoolRegistrationsPrefix(absl::string_view pool_id);
std::string JoinedKey(absl::string_view pool_id);
std::string PlanKey(absl::string_view pool_id);

// What is in a key that the function above wrote; nullopt for any other key.
std::optional<std::string> ParseVirtualClusterKey(absl::string_view key);
std::optional<std::string> ParseAgentPoolKey(absl::string_view key);
std::optional<std::string> ParseCredentialKey(absl::string_view key);
std::optional<AgentKey> ParseRegistrationKey(absl::string_view key);
// The id of the pool.
std::optional<std::string> ParsePlanKey(absl::string_view key);

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_KEYS_H_
