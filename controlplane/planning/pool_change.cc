#include "controlplane/planning/pool_change.h"

#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

// An agent of a view and its pending load.
struct Place {
  std::shared_ptr<const ViewAgent> agent;
  std::shared_ptr<PendingLoad> pending_load;
};
// By agent id, as views are.
using Places = std::map<std::string, Place>;

absl::Status Invalid(absl::string_view field, absl::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument, message,
                   {{"field", std::string(field)}});
}

absl::Status TakeOut(const PoolView& view, const std::vector<std::string>& gone, Places& places) {
  std::set<std::string> taken;
  for (const std::string& id : gone) {
    if (!taken.insert(id).second) {
      return Invalid("gone_agent_ids",
                     absl::StrCat("agent \"", Excerpt(id), "\" goes twice; name it once"));
    }
    if (places.erase(id) == 1) continue;
    return MakeError(
        absl::StatusCode::kNotFound, Reason::kAgentNotFound,
        absl::StrCat("agent \"", Excerpt(id), "\" cannot be gone: it is not in agentPools/",
                     view.agent_pool_id, "; ListAgents shows who is"),
        {{"agent_id", Excerpt(id)}, {"agent_pool", view.agent_pool_id}});
  }
  return absl::OkStatus();
}

absl::Status PutIn(const PoolView& view, const std::vector<AgentSpec>& added, Places& places) {
  for (const AgentSpec& spec : added) {
    RETURN_IF_ERROR(ValidateAgentSpec(spec));
    const bool is_there = view.FindAgent(spec.agent_id) != nullptr;
    if (is_there || places.count(spec.agent_id) > 0) {
      return Invalid("added_agents",
                     absl::StrCat("agent \"", spec.agent_id, "\" cannot be added: it is ",
                                  is_there ? "in the pool already" : "added twice",
                                  "; give an id that is not in use"));
    }
    ViewAgent agent;
    agent.registration.spec = spec;
    agent.registration.agent_pool_id = view.agent_pool_id;
    agent.state = AgentState::kActive;
    agent.hash = StableHash(spec.agent_id);
    places[spec.agent_id] = {std::make_shared<const ViewAgent>(std::move(agent)),
                             std::make_shared<PendingLoad>()};
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const PoolSnapshot>> SnapshotAfter(const PoolSnapshot& pool,
                                                                  PoolPlans& plans,
                                                                  const PoolChange& change) {
  Places places;
  for (size_t i = 0; i < pool.view->agents.size(); ++i) {
    const std::shared_ptr<const ViewAgent>& agent = pool.view->agents[i];
    places.emplace_hint(places.end(), agent->registration.spec.agent_id,
                        Place{agent, pool.pending_loads[i]});
  }
  RETURN_IF_ERROR(TakeOut(*pool.view, change.gone, places));
  RETURN_IF_ERROR(PutIn(*pool.view, change.added, places));

  auto view = std::make_shared<PoolView>();
  view->agent_pool_id = pool.view->agent_pool_id;
  view->version = pool.view->version;
  auto after = std::make_shared<PoolSnapshot>(pool);
  after->pending_loads.clear();
  for (auto& [id, place] : places) {
    view->agents.push_back(std::move(place.agent));
    after->pending_loads.push_back(std::move(place.pending_load));
  }
  ChooseCandidates(*view);
  plans.SetAgents(*view);
  after->view = std::move(view);
  after->plans = plans.plans();
  plans.MakeLookups(*after);
  PrepareForQueries(*after);
  after->parts = std::make_shared<RestrictedViews>();
  return after;
}

}  // namespace bellwether
