#include "controlplane/assignment/agent_choice.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/assignment/preference_list.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

// Narrows a pool down by one restriction after another.
class Narrowing {
 public:
  explicit Narrowing(std::shared_ptr<const LeaderView> pool)
      : pool_(std::move(pool)), leaders_(pool_) {}

  // The part for `restriction`, which restricts one more field; nullptr if no agent fits.
  std::shared_ptr<const LeaderView> Part(const Restriction& restriction) const {
    std::shared_ptr<const LeaderView> part = pool_->parts->Find(*pool_, restriction);
    return part->view->candidates.empty() ? nullptr : part;
  }
  void Take(Restriction restriction, std::shared_ptr<const LeaderView> part) {
    restriction_ = std::move(restriction);
    leaders_ = std::move(part);
  }

  const Restriction& restriction() const { return restriction_; }
  const std::shared_ptr<const LeaderView>& leaders() const { return leaders_; }

 private:
  const std::shared_ptr<const LeaderView> pool_;
  Restriction restriction_;
  std::shared_ptr<const LeaderView> leaders_;
};

// Applies the restriction, or adds a diagnostic if no agent fits it.
void TakeOrComplain(Restriction restriction, DiagnosticKind kind, std::string feature,
                    absl::string_view what, Narrowing& narrowing,
                    std::vector<Diagnostic>& diagnostics) {
  std::shared_ptr<const LeaderView> part = narrowing.Part(restriction);
  if (part != nullptr) return narrowing.Take(std::move(restriction), std::move(part));
  if (diagnostics.size() == kMaxDiagnostics) return;
  diagnostics.push_back({kind, Excerpt(feature),
                         absl::StrCat("ignored: no agent ", what,
                                      " is a candidate now; start one, or check the states in "
                                      "ListAgents")});
}

absl::Status GroupUnavailable(const VirtualCluster& cluster, const std::string& group) {
  const std::string pool = FormatAgentPoolName(cluster.agent_pool_id);
  const std::string which =
      group.empty() ? "no live agent without an agent group"
                    : absl::StrCat("no live agent of the agent group \"", Excerpt(group), "\"");
  return MakeError(
      absl::StatusCode::kUnavailable, Reason::kAgentGroupUnavailable,
      absl::StrCat(pool, " has ", which, "; start one, or set agent_group_fallback on ",
                   FormatVirtualClusterName(cluster.id),
                   " so that the other agents of the pool serve its clients"),
      {{"agent_pool", pool}, {"agent_group", Excerpt(group)}});
}

// Narrows the pool down to the client's group.
absl::Status TakeGroup(const VirtualCluster& cluster, const std::string* asked_group,
                       Narrowing& narrowing, ClientIdFeatures& features) {
  const bool is_named = features.agent_group.has_value();
  Restriction restriction;
  if (is_named) {
    restriction.agent_group = features.agent_group;
  } else if (asked_group != nullptr && narrowing.leaders()->has_groups) {
    restriction.agent_group = *asked_group;
  } else {
    return absl::OkStatus();
  }
  const std::string group = *restriction.agent_group;
  if (!cluster.agent_group_fallback) {
    std::shared_ptr<const LeaderView> part = narrowing.Part(restriction);
    if (part == nullptr) return GroupUnavailable(cluster, group);
    narrowing.Take(std::move(restriction), std::move(part));
    return absl::OkStatus();
  }
  TakeOrComplain(std::move(restriction), DiagnosticKind::kGroupUnavailable,
                 is_named ? absl::StrCat("ws_ag=", group) : group, "of that group", narrowing,
                 features.diagnostics);
  return absl::OkStatus();
}

std::optional<std::string> ZoneOf(const ClientIdFeatures& features, const VirtualCluster& cluster,
                                  absl::string_view client_address) {
  if (features.zone.has_value() || cluster.zone_cidrs.empty()) return features.zone;
  const std::optional<IpAddress> address = ParseIpAddress(AddressWithoutPort(client_address));
  if (!address.has_value()) return std::nullopt;
  const std::string* zone = FindZone(cluster.zone_cidrs, *address);
  return zone == nullptr ? std::nullopt : std::optional<std::string>(*zone);
}

// Whether the zone's agents are overloaded while other agents have room.
bool IsOverloaded(const LeaderView& zone, const LeaderView& all, const AgentLoads& loads,
                  MonotonicTime now) {
  zone.load->Refresh(*zone.view, loads, now);
  if (!zone.load->all_overloaded()) return false;
  all.load->Refresh(*all.view, loads, now);
  return all.load->mean_utilization() < kRoomElsewhere;
}

}  // namespace

absl::StatusOr<AgentChoice> ChooseAgents(const std::shared_ptr<const LeaderView>& pool,
                                         const VirtualCluster& cluster,
                                         absl::string_view client_address,
                                         const std::string* asked_group, const AgentLoads& loads,
                                         MonotonicTime now, ClientIdFeatures& features) {
  Narrowing narrowing(pool);
  RETURN_IF_ERROR(TakeGroup(cluster, asked_group, narrowing, features));
  if (features.role.has_value()) {
    Restriction restriction = narrowing.restriction();
    restriction.role = features.role;
    TakeOrComplain(std::move(restriction), DiagnosticKind::kRoleUnavailable,
                   absl::StrCat("ws_pt=", AgentRoleName(*features.role)), "with that role",
                   narrowing, features.diagnostics);
  }
  AgentChoice choice;
  choice.leaders = narrowing.leaders();
  choice.taken = narrowing.restriction();
  choice.zone = ZoneOf(features, cluster, client_address);
  if (!choice.zone.has_value()) return choice;
  Restriction in_zone = narrowing.restriction();
  in_zone.zone = choice.zone;
  std::shared_ptr<const LeaderView> part = narrowing.Part(in_zone);
  if (part != nullptr) {
    choice.zone_overloaded = IsOverloaded(*part, *narrowing.leaders(), loads, now);
    choice.zone_least_utilization = part->load->least_utilization();
  }
  if (part == nullptr || choice.zone_overloaded) {
    choice.zone_result = ZoneResult::kMiss;
    return choice;
  }
  choice.zone_result = ZoneResult::kHit;
  choice.leaders = std::move(part);
  choice.taken = std::move(in_zone);
  return choice;
}

}  // namespace bellwether
