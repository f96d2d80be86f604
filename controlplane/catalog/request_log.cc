#include "controlplane/catalog/request_log.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/log.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"

namespace bellwether {

absl::Status RequestLog::Validate(absl::string_view request_id) {
  if (request_id.size() <= kMaxRequestIdLength) return absl::OkStatus();
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidRequestId,
                   absl::StrCat("request_id must be at most ", kMaxRequestIdLength, " bytes (got ",
                                request_id.size(), "); use a UUID"),
                   {{"field", "request_id"}});
}

absl::StatusOr<RequestLog::Found> RequestLog::Find(const ChangeRequest& request) const {
  ASSIGN_OR_RETURN(const std::optional<StoredEntry> entry,
                   store_.Get(RequestKey(request.request_id)));
  if (!entry.has_value()) return Found{};
  ASSIGN_OR_RETURN(AnsweredRequest answered, DecodeAnsweredRequest(*entry));
  if (Expired(answered)) return Found{std::nullopt, entry->revision};
  if (answered.method != request.method || answered.resource_id != request.resource_id ||
      answered.fingerprint != request.fingerprint) {
    return MakeError(absl::StatusCode::kInvalidArgument, Reason::kRequestIdReused,
                     absl::StrCat("request_id \"", Excerpt(request.request_id),
                                  "\" was used for another ", answered.method, " of ",
                                  answered.resource_id, "; use a new request_id for each change"),
                     {{"request_id", Excerpt(request.request_id)},
                      {"method", answered.method},
                      {"resource_id", answered.resource_id}});
  }
  return Found{std::move(answered), entry->revision};
}

bool RequestLog::Expired(const AnsweredRequest& answered) const {
  return clock_.IsDue(answered.expire_time - retention_, answered.expire_time);
}

void RequestLog::Remember(const ChangeRequest& request, Revision revision,
                          CatalogChange& change) const {
  AnsweredRequest answered{std::string(request.method),
                           request.resource_id,
                           request.fingerprint,
                           clock_.KeepUntil(retention_),
                           {}};
  if (!change.removed_agent_pools.empty() || !change.removed_credentials.empty() ||
      !change.removed_virtual_clusters.empty()) {
    // The answer is empty.
  } else if (!change.virtual_clusters.empty()) {
    answered.answer = change.virtual_clusters.front();
  } else if (!change.agent_pools.empty()) {
    answered.answer = change.agent_pools.front();
  } else if (!change.credentials.empty()) {
    answered.answer = change.credentials.front();
  }
  const std::string key = RequestKey(request.request_id);
  change.preconditions.push_back({key, revision});
  change.other_mutations.push_back({key, EncodeAnsweredRequest(answered)});
}

absl::Status RequestLog::PurgeExpired() const {
  // Small commits, so that no change waits long behind one.
  constexpr size_t kBatch = 500;
  ASSIGN_OR_RETURN(const MetadataStore::Listing listing, store_.List(kRequestPrefix));
  Transaction batch;
  size_t removed = 0;
  for (size_t i = 0; i < listing.entries.size(); ++i) {
    const StoredEntry& entry = listing.entries[i];
    ASSIGN_OR_RETURN(const AnsweredRequest answered, DecodeAnsweredRequest(entry));
    if (Expired(answered)) {
      batch.preconditions.push_back({entry.key, entry.revision});
      batch.mutations.push_back({entry.key, std::nullopt});
    }
    const bool last = i + 1 == listing.entries.size();
    if (batch.mutations.empty() || (!last && batch.mutations.size() < kBatch)) continue;
    const absl::StatusOr<Revision> committed = store_.Commit(batch);
    // An expired id was used again meanwhile: its batch is left to the next purge.
    if (!committed.ok() && GetReason(committed.status()) != Reason::kRevisionMismatch) {
      return committed.status();
    }
    if (committed.ok()) removed += batch.mutations.size();
    batch = Transaction();
  }
  if (removed > 0) Log(LogLevel::kInfo, "expired request ids removed", {{"count", removed}});
  return absl::OkStatus();
}

}  // namespace bellwether
