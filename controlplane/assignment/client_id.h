#ifndef CONTROLPLANE_ASSIGNMENT_CLIENT_ID_H_
#define CONTROLPLANE_ASSIGNMENT_CLIENT_ID_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "controlplane/model/agent.h"
#include "controlplane/model/strategy.h"

namespace bellwether {

// What can be wrong with a client id.
enum class DiagnosticKind {
  // A key like ours that is none of ours.
  kUnknownKey,
  // A key of ours without a value.
  kMissingValue,
  // A key of ours given twice; the first counts.
  kDuplicateKey,
  kUnknownStrategy,
  kUnknownRole,
  // No agent of the pool is in that zone, or in that group.
  kUnknownZone,
  kUnknownGroup,
  // ';', '|', a space or the like where ',' should be.
  kWrongSeparator,
  // A value that cannot be a host name, zone or group.
  kInvalidValue,
  // Nobody of that group, or with that role, can be named just now. Found after parsing.
  kGroupUnavailable,
  kRoleUnavailable,
};

// "unknown_key" and so on: a metric label. Pure.
absl::string_view DiagnosticKindName(DiagnosticKind kind);
inline constexpr DiagnosticKind kDiagnosticKinds[] = {
    DiagnosticKind::kUnknownKey,      DiagnosticKind::kMissingValue,
    DiagnosticKind::kDuplicateKey,    DiagnosticKind::kUnknownStrategy,
    DiagnosticKind::kUnknownRole,     DiagnosticKind::kUnknownZone,
    DiagnosticKind::kUnknownGroup,    DiagnosticKind::kWrongSeparator,
    DiagnosticKind::kInvalidValue,    DiagnosticKind::kGroupUnavailable,
    DiagnosticKind::kRoleUnavailable,
};

// One mistake in a client id, for its owner. A value.
struct Diagnostic {
  DiagnosticKind kind = DiagnosticKind::kUnknownKey;
  // The part of the client id that is wrong, as Excerpt shows it.
  std::string feature;
  // What is wrong and what would be right.
  std::string message;
};

// What a client asks for in its id. A value.
struct ClientIdFeatures {
  std::optional<Strategy> strategy;
  std::optional<std::string> zone;
  std::optional<AgentRole> role;
  std::optional<std::string> agent_group;
  std::optional<std::string> host_override;
  std::vector<Diagnostic> diagnostics;
};

// The zones and groups that a client may name, each sorted; where there are none, whatever a client
// names is unknown. What is not among them is searched again without the suffix that a framework
// may have appended.
struct KnownNames {
  std::vector<std::string> zones;
  std::vector<std::string> agent_groups;
};

// More mistakes than these in one id are not told.
inline constexpr size_t kMaxDiagnostics = 16;

// Reads the features in a Kafka client id: parts `key=value` between commas, in any order, among
// parts of plain text. Keys are `warpstream_partition_assignment_strategy` (`ws_pas`),
// `warpstream_az` (`ws_az`), `warpstream_proxy_target` (`ws_proxy_target`, `ws_pt`),
// `warpstream_agent_group` (`ws_ag`) and `ws_host_override`; case counts; of a key given twice, by
// whichever of its names, the first counts. `ws_sle`, `ws_dfat`, `warpstream_session_id` and
// `warpstream_interzone_lb` are WarpStream's as well and have no effect. What MirrorMaker 2 appends
// to an id ("|primary->backup|MirrorSourceConnector|producer") is left out before.
//
// A mistake never fails: the feature is left out and a diagnostic says what is wrong. So it is with
// a wrong separator too: what was meant can be guessed, but a client id that works by luck breaks
// when it is next edited. A value that matches only without a suffix such as frameworks append
// ("-1", "-StreamThread-3-producer") counts as matched. The work is linear in the length of the id;
// at most kMaxDiagnostics are given. Pure.
ClientIdFeatures ParseClientId(absl::string_view client_id, const KnownNames& known);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_CLIENT_ID_H_
