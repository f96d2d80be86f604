#ifndef CONTROLPLANE_ASSIGNMENT_RESTRICTED_VIEWS_H_
#define CONTROLPLANE_ASSIGNMENT_RESTRICTED_VIEWS_H_

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include "controlplane/base/published.h"
#include "controlplane/model/agent.h"

namespace bellwether {

struct LeaderView;

// The agents of a pool that a client wants. A nullopt field does not restrict.
struct Restriction {
  std::optional<std::string> agent_group;
  // An agent without roles has all of them.
  std::optional<AgentRole> role;
  std::optional<std::string> zone;

  bool empty() const { return !agent_group.has_value() && !role.has_value() && !zone.has_value(); }

  friend bool operator<(const Restriction& a, const Restriction& b) {
    return std::tie(a.agent_group, a.role, a.zone) < std::tie(b.agent_group, b.role, b.zone);
  }
};

// Whether `agent` satisfies `restriction`.
bool Fits(const AgentSpec& agent, const Restriction& restriction);

// The parts of one view that clients ask for by zone, group or role. Each is made when the first
// client asks for it and kept as long as the view. Thread-safe, without a lock.
class RestrictedViews {
 public:
  // How many parts are kept; further ones are made for each query. Far more than any pool has
  // combinations of zone, group and role in use.
  static constexpr size_t kMaxKept = 256;

  // The part of `whole` whose candidates are the agents that fit, with the zone's plan if the zone
  // has its own. Positions in view->agents and the version stay the same. A group has its own
  // candidates and lists only its own agents; role and zone leave out some of the candidates and
  // list the same agents. If no agent fits, the part has no candidates. `whole` must be of the same
  // view in each call.
  std::shared_ptr<const LeaderView> Find(const LeaderView& whole, const Restriction& restriction);

 private:
  using Parts = std::map<Restriction, std::shared_ptr<const LeaderView>>;

  Published<Parts> parts_{std::make_shared<const Parts>()};
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_RESTRICTED_VIEWS_H_
