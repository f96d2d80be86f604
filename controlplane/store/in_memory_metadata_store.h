#ifndef CONTROLPLANE_STORE_IN_MEMORY_METADATA_STORE_H_
#define CONTROLPLANE_STORE_IN_MEMORY_METADATA_STORE_H_

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/mutex.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// A MetadataStore without persistence; for tests and simulations. It never blocks and never fails
// to read or write. Thread-safe.
class InMemoryMetadataStore final : public MetadataStore {
 public:
  absl::StatusOr<std::optional<StoredEntry>> Get(absl::string_view key) const override;
  absl::StatusOr<Listing> List(absl::string_view prefix) const override;
  absl::StatusOr<Revision> Commit(const Transaction& transaction) override;

 private:
  struct Versioned {
    std::string value;
    Revision revision = 0;
  };

  mutable Mutex mutex_;
  std::map<std::string, Versioned, std::less<>> entries_ ABSL_GUARDED_BY(mutex_);
  Revision latest_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_STORE_IN_MEMORY_METADATA_STORE_H_
