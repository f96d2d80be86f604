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

// Mistakes in a client id.
enum class DiagnosticKind {
  // A key in Bellwether's form that is not one of its keys.
  kUnknownKey,
  // A known key without a value.
  kMissingValue,
  // A known key given twice; the first counts.
  kDuplicateKey,
  kUnknownStrategy,
  kUnknownRole,
  // No agent of the pool is in that zone or group.
  kUnknownZone,
  kUnknownGroup,
  // ';', '|', a space or another character in place of ','.
  kWrongSeparator,
  // A value that cannot be a host name, zone or group.
  kInvalidValue,
  // No candidate is in that group or has that role now. Found after parsing.
  kGroupUnavailable,
  kRoleUnavailable,
};

// "unknown_key" and so on: a metric label.
absl::string_view DiagnosticKindName(DiagnosticKind kind);
inline constexpr DiagnosticKind kDiagnosticKinds[] = {
    DiagnosticKind::kUnknownKey,      DiagnosticKind::kMissingValue,
    DiagnosticKind::kDuplicateKey,    DiagnosticKind::kUnknownStrategy,
    DiagnosticKind::kUnknownRole,     DiagnosticKind::kUnknownZone,
    DiagnosticKind::kUnknownGroup,    DiagnosticKind::kWrongSeparator,
    DiagnosticKind::kInvalidValue,    DiagnosticKind::kGroupUnavailable,
    DiagnosticKind::kRoleUnavailable,
};

// One mistake in a client id, reported to the client's owner.
struct Diagnostic {
  DiagnosticKind kind = DiagnosticKind::kUnknownKey;
  // The part of the client id that is wrong, as Excerpt shows it.
  std::string feature;
  // What is wrong and how to correct it.
  std::string message;
};

// The settings in a client id.
struct ClientIdFeatures {
  std::optional<Strategy> strategy;
  std::optional<std::string> zone;
  std::optional<AgentRole> role;
  std::optional<std::string> agent_group;
  std::optional<std::string> host_override;
  std::vector<Diagnostic> diagnostics;
};

// The zones and groups that a client id may refer to, each sorted. If a list is empty, every value
// is unknown. A value that is not in the list is looked up again without the suffix that a
// framework may have appended.
struct KnownNames {
  std::vector<std::string> zones;
  std::vector<std::string> agent_groups;
};

// Further mistakes in the same id are not reported.
inline constexpr size_t kMaxDiagnostics = 16;

// Parses the settings in a Kafka client id: parts `key=value` between commas, in any order, among
// parts of plain text. The keys are `warpstream_partition_assignment_strategy` (`ws_pas`),
// `warpstream_az` (`ws_az`), `warpstream_proxy_target` (`ws_proxy_target`, `ws_pt`),
// `warpstream_agent_group` (`ws_ag`) and `ws_host_override`. Keys are case-sensitive; of a key
// given twice, under any of its names, the first counts. `ws_sle`, `ws_dfat`,
// `warpstream_session_id` and `warpstream_interzone_lb` are WarpStream keys without an effect here.
// The suffix that MirrorMaker 2 appends to an id
// ("|primary->backup|MirrorSourceConnector|producer") is removed first.
//
// A mistake never makes parsing fail: the setting is ignored and a diagnostic says what is wrong.
// This includes a wrong separator, although its intent can be guessed: a client id that works by
// luck breaks when it is next edited. A value that matches a known name only without a suffix that
// frameworks append ("-1", "-StreamThread-3-producer") counts as a match. The work is linear in the
// length of the id; at most kMaxDiagnostics are returned.
ClientIdFeatures ParseClientId(absl::string_view client_id, const KnownNames& known);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_CLIENT_ID_H_
