#include "controlplane/catalog/stored_plans.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "controlplane/base/log.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/plan_codec.h"

namespace bellwether {

namespace {

bool HasExceptions(const Plan& plan) {
  return !plan.moved.empty() || !plan.spread.empty() || !plan.takeovers.empty() ||
         !plan.unsplittable.empty() ||
         std::any_of(plan.agents.begin(), plan.agents.end(), [](const PlanAgent& agent) {
           return agent.reserved || agent.weight != agent.declared_weight;
         });
}

}  // namespace

bool IsWorthStoring(const PlanSet& plans) {
  return HasExceptions(*plans.whole) || !plans.zones.empty();
}

StoredPlans::StoredPlans(MetadataStore& store, const Catalog& catalog)
    : store_(store), catalog_(catalog) {}

absl::StatusOr<std::vector<StoredPlanSet>> StoredPlans::List() const {
  ASSIGN_OR_RETURN(const MetadataStore::Listing listing, store_.List(kPlanPrefix));
  const std::shared_ptr<const CatalogView> view = catalog_.View();
  std::vector<StoredPlanSet> all;
  for (const StoredEntry& entry : listing.entries) {
    const std::optional<std::string> pool_id = ParsePlanKey(entry.key);
    if (!pool_id.has_value() || view->FindAgentPool(*pool_id) == nullptr) continue;
    absl::StatusOr<PlanSet> plans = DecodePlans(entry);
    if (plans.ok()) {
      all.push_back({*pool_id, *std::move(plans)});
    } else {
      Log(LogLevel::kWarning, "stored plans dropped", {{"error", plans.status().message()}});
    }
  }
  return all;
}

absl::Status StoredPlans::Put(const std::string& agent_pool_id, const PlanSet& plans) {
  const std::shared_ptr<const CatalogView> view = catalog_.View();
  if (view->FindAgentPool(agent_pool_id) == nullptr) return absl::OkStatus();
  Transaction transaction;
  // A pool that is deleted meanwhile leaves no plan behind.
  transaction.preconditions.push_back(
      {AgentPoolKey(agent_pool_id), view->AgentPoolRevision(agent_pool_id)});
  transaction.mutations.push_back({PlanKey(agent_pool_id), IsWorthStoring(plans)
                                                               ? std::optional(EncodePlans(plans))
                                                               : std::nullopt});
  return store_.Commit(transaction).status();
}

}  // namespace bellwether
