#ifndef CONTROLPLANE_MODEL_AGENT_H_
#define CONTROLPLANE_MODEL_AGENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controlplane/model/strategy.h"

namespace bellwether {

// The kind of traffic that an agent takes.
enum class AgentRole { kProxyProduce, kProxyConsume };

// "proxy-produce" or "proxy-consume". Pure.
absl::string_view AgentRoleName(AgentRole role);
// The role of that exact name, or nullopt. Pure.
std::optional<AgentRole> FindAgentRole(absl::string_view name);

// The address at which Kafka clients reach an agent.
struct HostPort {
  std::string host;
  int32_t port = 0;

  friend bool operator==(const HostPort& a, const HostPort& b) = default;
};

// "host:port", with brackets around an IPv6 host. Pure.
std::string FormatHostPort(const HostPort& address);
// Parses the format of FormatHostPort. INVALID_ARGUMENT (kInvalidArgument), naming `field`, if
// there is no host or the port is not 1 to 65535. Pure.
absl::StatusOr<HostPort> ParseHostPort(absl::string_view field, absl::string_view text);

// An agent's description of itself when it joins a pool.
struct AgentSpec {
  // Stable over restarts, unique in the pool.
  std::string agent_id;
  // Identifies this run of the process.
  std::string boot_id;
  HostPort address;
  std::string zone;
  // Empty means all roles.
  std::vector<AgentRole> roles;
  std::string agent_group;
  int32_t weight = 1;
  // For its clients that choose none themselves.
  std::optional<Strategy> default_strategy;
  std::string software_version;

  friend bool operator==(const AgentSpec& a, const AgentSpec& b) = default;
};

// OK if every field of `spec` is within its limits; else INVALID_ARGUMENT, naming the field.
absl::Status CheckAgentSpecLimits(const AgentSpec& spec);
// Checks the spec of an agent that registers: its limits, names of zone and group that a client id
// can carry, an address that clients can connect to, and no accidental characters
// (model/field_text.h). Stored registrations of older versions may violate these rules. Errors as
// above.
absl::Status ValidateAgentSpec(const AgentSpec& spec);

// How far an agent has come in taking its first share of a pool, as stored.
enum class Joining {
  // It has been ACTIVE, or it registered before this field existed.
  kDone,
  // It has not been ACTIVE yet.
  kNew,
  // An earlier run of it has been ACTIVE, and this run has not reported yet.
  kReturning,
};

// A stored agent: its own description and the values that the control plane assigned.
struct Registration {
  AgentSpec spec;
  std::string agent_pool_id;
  // Fencing token: a later run of the same agent has a higher one.
  int64_t epoch = 0;
  // Broker id for Kafka clients: stable for the agent id, unique in the pool.
  int32_t broker_id = 0;
  // An admin drains it.
  bool draining = false;
  // It has announced its departure, and serves its clients until it deregisters.
  bool leaving = false;
  // It has announced a restart and has not registered since: its partitions are reserved for it.
  bool restarting = false;
  Joining joining = Joining::kDone;
  // Its lease has expired for good; kept for a while so that admins see it.
  bool dead = false;

  // Whether the agent has left to restart, so that clients cannot reach it.
  bool gone_to_restart() const { return restarting && !leaving; }

  friend bool operator==(const Registration& a, const Registration& b) = default;
};

// The control plane's view of an agent.
enum class AgentState { kJoining, kActive, kSuspect, kDraining, kDead };

// The name of the state in lower case, such as "joining" or "active". Pure.
absl::string_view AgentStateName(AgentState state);
inline constexpr AgentState kAgentStates[] = {AgentState::kJoining, AgentState::kActive,
                                              AgentState::kSuspect, AgentState::kDraining,
                                              AgentState::kDead};

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_AGENT_H_
