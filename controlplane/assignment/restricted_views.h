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

// Which agents of a pool a client wants. What is nullopt says nothing. A value.
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

// Whether an agent is one that such a client wants. Pure.
bool Fits(const AgentSpec& agent, const Restriction& restriction);

// The parts of one view that clients ask for by zone, group or role: each made when the first
// client asks, kept for as long as the view. Thread-safe, without a lock.
class RestrictedViews {
 public:
  // Parts kept; those that are asked for beyond are made for each query. Far more than any pool has
  // zones times groups times roles that are in use.
  static constexpr size_t kMaxKept = 256;

  // `whole` with those agents alone as candidates that fit, by the plan of the zone if it has its
  // own: positions in view->agents and the version are the same. A group has candidates of its own,
  // and its agents alone are listed; role and zone leave out some of its candidates, and list the
  // same. No agent fits: it has no candidates.
  // `whole` is always of the same view.
  std::shared_ptr<const LeaderView> Find(const LeaderView& whole, const Restriction& restriction);

 private:
  using Parts = std::map<Restriction, std::shared_ptr<const LeaderView>>;

  Published<Parts> parts_{std::make_shared<const Parts>()};
};

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_RESTRICTED_VIEWS_H_
