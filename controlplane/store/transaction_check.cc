#include "controlplane/store/transaction_check.h"

#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

absl::Status InvalidTransaction(absl::string_view message) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument, message);
}

}  // namespace

absl::Status CheckTransaction(const Transaction& transaction) {
  for (const Precondition& precondition : transaction.preconditions) {
    if (precondition.key.empty()) {
      return InvalidTransaction("a precondition has an empty key: name the key that it is about");
    }
  }
  std::set<absl::string_view> changed;
  for (const Mutation& mutation : transaction.mutations) {
    if (mutation.key.empty()) {
      return InvalidTransaction("a mutation has an empty key: name the key that it changes");
    }
    if (!changed.insert(mutation.key).second) {
      return InvalidTransaction(absl::StrCat("key \"", absl::CHexEscape(mutation.key),
                                             "\" is changed twice: put it into one mutation"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPrecondition(const Precondition& precondition, Revision found) {
  if (found == precondition.revision) return absl::OkStatus();
  const std::string key = absl::CHexEscape(precondition.key);
  return MakeError(
      absl::StatusCode::kAborted, Reason::kRevisionMismatch,
      absl::StrCat("key \"", key, "\" is at revision ", found, ", not ", precondition.revision,
                   " (0: no such key): read it again and repeat the change"),
      {{"key", key},
       {"expected_revision", absl::StrCat(precondition.revision)},
       {"found_revision", absl::StrCat(found)}});
}

}  // namespace bellwether
