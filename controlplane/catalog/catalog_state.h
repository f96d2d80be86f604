#ifndef CONTROLPLANE_CATALOG_CATALOG_STATE_H_
#define CONTROLPLANE_CATALOG_CATALOG_STATE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "controlplane/base/mutex.h"
#include "controlplane/base/published.h"
#include "controlplane/catalog/catalog_change.h"
#include "controlplane/catalog/catalog_view.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// Decodes a listing of all virtual clusters and pools. DATA_LOSS (kStoreCorrupt) for records that
// cannot be read or contradict each other. Pure.
absl::StatusOr<CatalogView> DecodeCatalogView(const MetadataStore::Listing& catalog);

// Commits changes of the catalog and publishes the resulting views, in the order of their revisions
// and none before it is durable. Each view is the result of some commit, and once Commit has
// returned, every view shows the change.
//
// Thread-safe. Commits run concurrently, so that the store can sync several at once. The lock is
// never held during a call of the store.
class CatalogState {
 public:
  // `store` must outlive it. Starts with an empty view: call Reload first.
  explicit CatalogState(MetadataStore& store);

  // The latest published view. Never nullptr.
  std::shared_ptr<const CatalogView> View() const { return view_.Get(); }

  // Commits `change`, sets the etags of its resources and publishes the view. Errors: ABORTED
  // (kRevisionMismatch) if a precondition does not hold; then the competing change has been
  // published if it was made through this object. Other errors are those of the store.
  absl::Status Commit(CatalogChange& change);

  // Returns once the view shows commit `revision`.
  absl::Status CatchUp(Revision revision);

  // Reads everything again: for the start, and for changes made elsewhere. DATA_LOSS
  // (kStoreCorrupt) for records that cannot be read or contradict each other.
  absl::Status Reload();

 private:
  // A durable commit that has not been published.
  struct Durable {
    CatalogChange change;
    // When the store returned it.
    int64_t returned_at = 0;
  };

  int64_t BeginCommit();
  // Records the result of a commit, and returns when the view shows it and every commit that may
  // precede it.
  void EndCommit(int64_t began_at, const absl::StatusOr<Revision>& revision,
                 const CatalogChange& change);
  void PublishDurable() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AwaitEarlierCommits(int64_t now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  MetadataStore& store_;
  // Changed only under the lock.
  Published<CatalogView> view_;
  Mutex mutex_;
  CondVar commits_changed_;
  // Counts begins and ends of commits: of two commits, one that began after the other had returned
  // has the higher revision.
  int64_t rounds_ ABSL_GUARDED_BY(mutex_) = 0;
  // The begin of each commit that the store has not answered yet.
  std::set<int64_t> under_way_ ABSL_GUARDED_BY(mutex_);
  std::map<Revision, Durable> durable_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_CATALOG_STATE_H_
