#ifndef CONTROLPLANE_SERVER_STORE_HEALTH_H_
#define CONTROLPLANE_SERVER_STORE_HEALTH_H_

#include <atomic>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/store/observed_metadata_store.h"

namespace bellwether {

// The name under which gRPC's health service reports whether the store accepts changes. The overall
// health ("") does not depend on it: leader queries and heartbeats need no disk.
inline constexpr absl::string_view kStoreHealthName = "bellwether.store";

// Derives from observed commits whether the store accepts changes. Thread-safe.
class StoreHealth final : public StoreObserver {
 public:
  // Forwards all events to `next`, which must outlive it.
  explicit StoreHealth(StoreObserver& next) : next_(next) {}

  void OnCommit(const absl::Status& result, absl::Duration duration) override {
    // Any other result came before the disk was used.
    if (result.ok()) takes_changes_ = true;
    if (absl::IsUnavailable(result) || absl::IsDataLoss(result)) takes_changes_ = false;
    next_.OnCommit(result, duration);
  }

  // The result of the last commit that reached the disk; true before the first.
  bool takes_changes() const { return takes_changes_; }

 private:
  StoreObserver& next_;
  std::atomic<bool> takes_changes_ = true;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_STORE_HEALTH_H_
