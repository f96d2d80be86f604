#include "controlplane/service/page.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "controlplane/base/stable_hash.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"

namespace bellwether {
namespace {

constexpr size_t kSealLength = 16;
// A token is a seal and an id, in base64; longer ones are not even decoded.
constexpr size_t kLongestToken = 2 * (kSealLength + kMaxAgentIdLength);

// Ties an id to its query. It guards against mistakes, not against forgery: a forged token can only
// begin a page elsewhere in a list that its sender may read anyway.
std::string Seal(absl::string_view query, absl::string_view last_id) {
  return absl::StrFormat("%016x", StableHash(absl::StrCat(query, "\n", last_id)));
}

}  // namespace

bool PageBudget::Take(const google::protobuf::Message& item) {
  constexpr size_t kMaxBytes = size_t{2} << 20;
  const size_t bytes = bytes_ + item.ByteSizeLong();
  const bool is_first = bytes_ == 0;
  if (items_left_ == 0 || (!is_first && bytes > kMaxBytes)) return false;
  --items_left_;
  bytes_ = bytes;
  return true;
}

absl::StatusOr<PageStart> ParsePage(absl::string_view query, int32_t page_size,
                                    absl::string_view page_token) {
  if (page_size < 0) {
    return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidPageSize,
                     absl::StrCat("page_size must be 0 (default: ", kDefaultPageSize, ") to ",
                                  kMaxPageSize, " (got ", page_size, ")"),
                     {{"field", "page_size"}});
  }
  PageStart page;
  page.size = page_size == 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize);
  if (page_token.empty()) return page;

  std::string decoded;
  if (page_token.size() <= kLongestToken && absl::WebSafeBase64Unescape(page_token, &decoded) &&
      decoded.size() > kSealLength) {
    page.after = decoded.substr(kSealLength);
    if (decoded.substr(0, kSealLength) == Seal(query, page.after)) return page;
  }
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidPageToken,
                   "page_token does not come from a previous response to the same query; leave it "
                   "empty to start at the first page",
                   {{"field", "page_token"}});
}

std::string FormatPageToken(absl::string_view query, absl::string_view last_id) {
  std::string token;
  absl::WebSafeBase64Escape(absl::StrCat(Seal(query, last_id), last_id), &token);
  return token;
}

}  // namespace bellwether
