#include "controlplane/catalog/catalog_state.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/record_codec.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

absl::Status Contradiction(absl::string_view key, absl::string_view what) {
  return MakeError(absl::StatusCode::kDataLoss, Reason::kStoreCorrupt,
                   absl::StrCat("the record \"", key, "\" contradicts others: ", what,
                                "; restore the data from a backup"),
                   {{"key", std::string(key)}});
}

// OK if clusters and pools agree on who is bound to whom.
absl::Status CheckBindings(const CatalogView& view) {
  for (const auto& cluster : view.ListVirtualClusters("", view.virtual_cluster_count(), true)) {
    if (cluster->agent_pool_id.empty()) continue;
    const auto pool = view.FindAgentPool(cluster->agent_pool_id);
    if (pool == nullptr || pool->virtual_cluster_ids != std::vector<std::string>{cluster->id}) {
      return Contradiction(
          VirtualClusterKey(cluster->id),
          absl::StrCat("its pool ", cluster->agent_pool_id, " is not bound to it alone"));
    }
  }
  for (const auto& pool : view.ListAgentPools("", view.agent_pool_count())) {
    for (const std::string& id : pool->virtual_cluster_ids) {
      const auto cluster = view.FindVirtualCluster(FormatVirtualClusterName(id));
      if (cluster == nullptr || cluster->agent_pool_id != pool->id) {
        return Contradiction(AgentPoolKey(pool->id),
                             absl::StrCat("virtual cluster ", id, " is not bound to it"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CatalogView> DecodeCatalogView(const MetadataStore::Listing& catalog) {
  std::vector<std::shared_ptr<const CatalogView::Stored<VirtualCluster>>> clusters;
  std::vector<std::shared_ptr<const CatalogView::Stored<AgentPool>>> pools;
  std::vector<std::shared_ptr<const CatalogView::Stored<Credential>>> credentials;
  for (const StoredEntry& entry : catalog.entries) {
    if (ParseVirtualClusterKey(entry.key).has_value()) {
      ASSIGN_OR_RETURN(VirtualCluster cluster, DecodeVirtualCluster(entry));
      clusters.push_back(std::make_shared<const CatalogView::Stored<VirtualCluster>>(
          CatalogView::Stored<VirtualCluster>{std::move(cluster), entry.revision}));
    } else if (ParseAgentPoolKey(entry.key).has_value()) {
      ASSIGN_OR_RETURN(AgentPool pool, DecodeAgentPool(entry));
      pools.push_back(std::make_shared<const CatalogView::Stored<AgentPool>>(
          CatalogView::Stored<AgentPool>{std::move(pool), entry.revision}));
    } else if (ParseCredentialKey(entry.key).has_value()) {
      ASSIGN_OR_RETURN(Credential credential, DecodeCredential(entry));
      credentials.push_back(std::make_shared<const CatalogView::Stored<Credential>>(
          CatalogView::Stored<Credential>{std::move(credential), entry.revision}));
    } else {
      return Contradiction(Excerpt(entry.key), "no such kind of record is known");
    }
  }
  CatalogView view(std::move(clusters), std::move(pools), std::move(credentials), catalog.revision);
  RETURN_IF_ERROR(CheckBindings(view));
  return view;
}

CatalogState::CatalogState(MetadataStore& store)
    : store_(store), view_(std::make_shared<const CatalogView>()) {}

absl::Status CatalogState::Commit(CatalogChange& change) {
  const Transaction transaction = ToTransaction(change);
  const int64_t began_at = BeginCommit();
  const absl::StatusOr<Revision> revision = store_.Commit(transaction);
  if (revision.ok()) SetEtags(change, *revision);
  EndCommit(began_at, revision, change);
  return revision.status();
}

int64_t CatalogState::BeginCommit() {
  MutexLock lock(mutex_);
  under_way_.insert(++rounds_);
  return rounds_;
}

void CatalogState::EndCommit(int64_t began_at, const absl::StatusOr<Revision>& revision,
                             const CatalogChange& change) {
  MutexLock lock(mutex_);
  const int64_t now = ++rounds_;
  under_way_.erase(began_at);
  if (revision.ok()) durable_.emplace(*revision, Durable{change, now});
  PublishDurable();
  commits_changed_.NotifyAll();
  AwaitEarlierCommits(now);
}

void CatalogState::PublishDurable() {
  // Whatever is under way began after this commit had returned, and so comes after it.
  Revision complete = 0;
  for (const auto& [revision, durable] : durable_) {
    if (under_way_.empty() || durable.returned_at < *under_way_.begin()) complete = revision;
  }
  while (!durable_.empty() && durable_.begin()->first <= complete) {
    const auto next = durable_.begin();
    const std::shared_ptr<const CatalogView> view = view_.Get();
    // Else it was read from the store meanwhile.
    if (next->first > view->revision()) {
      view_.Publish(
          std::make_shared<const CatalogView>(view->With(next->second.change, next->first)));
    }
    durable_.erase(next);
  }
}

void CatalogState::AwaitEarlierCommits(int64_t now) {
  while (!under_way_.empty() && *under_way_.begin() < now) commits_changed_.Wait(mutex_);
}

absl::Status CatalogState::CatchUp(Revision revision) {
  {
    MutexLock lock(mutex_);
    AwaitEarlierCommits(++rounds_);
  }
  return View()->revision() >= revision ? absl::OkStatus() : Reload();
}

absl::Status CatalogState::Reload() {
  ASSIGN_OR_RETURN(const MetadataStore::Listing listing, store_.List(kCatalogPrefix));
  ASSIGN_OR_RETURN(CatalogView view, DecodeCatalogView(listing));
  auto published = std::make_shared<const CatalogView>(std::move(view));
  MutexLock lock(mutex_);
  if (published->revision() > view_.Get()->revision()) view_.Publish(std::move(published));
  return absl::OkStatus();
}

}  // namespace bellwether
