#ifndef CONTROLPLANE_CATALOG_REQUEST_LOG_H_
#define CONTROLPLANE_CATALOG_REQUEST_LOG_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/catalog/catalog_change.h"
#include "controlplane/catalog/record_codec.h"
#include "controlplane/catalog/retention_clock.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// The identity of a requested change, without its effect: enough to recognize a repetition.
struct ChangeRequest {
  // "CreateVirtualCluster" and so on.
  absl::string_view method;
  std::string resource_id;
  // May be empty: then the change is not remembered.
  std::string request_id;
  // Fingerprint of all other parts of the request.
  uint64_t fingerprint = 0;
};

// The answers to earlier changes by their request_id. An answer is in the same commit as its
// change, so either both are stored or neither, also after a restart.
//
// Thread-safe.
class RequestLog {
 public:
  // The remembered data for a request_id.
  struct Found {
    // The answer, with the first etag; nullopt if there is none, or it has expired.
    std::optional<AnsweredRequest> answered;
    // Last change of its key: the precondition for storing another answer.
    Revision revision = 0;
  };

  // Answers are kept for `retention` by `clock`. Both must outlive it.
  RequestLog(MetadataStore& store, const RetentionClock& clock, absl::Duration retention)
      : store_(store), clock_(clock), retention_(retention) {}

  // OK if `request_id` is empty or not too long; else INVALID_ARGUMENT (kInvalidRequestId).
  static absl::Status Validate(absl::string_view request_id);

  // Looks a request up. INVALID_ARGUMENT (kRequestIdReused) if its id was used for another change;
  // errors of the store. REQUIRES: request.request_id is not empty.
  absl::StatusOr<Found> Find(const ChangeRequest& request) const;

  // Adds the answer of `change`, which is its first resource, to the same commit. `revision` is
  // that of Found. REQUIRES: request.request_id is not empty.
  void Remember(const ChangeRequest& request, Revision revision, CatalogChange& change) const;

  // Removes expired answers, and logs their number.
  absl::Status PurgeExpired() const;

 private:
  bool Expired(const AnsweredRequest& answered) const;

  MetadataStore& store_;
  const RetentionClock& clock_;
  const absl::Duration retention_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_CATALOG_REQUEST_LOG_H_
