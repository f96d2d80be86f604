#ifndef CONTROLPLANE_SERVICE_PAGE_H_
#define CONTROLPLANE_SERVICE_PAGE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// Where a page of a list begins and how long it may be. A value.
struct PageStart {
  // The page begins after this id; empty for the first page.
  std::string after;
  int32_t size = 0;
};

// Reads what a list request says. `query` is everything else of the request that decides what is
// listed: a token is good only for the query that it was made for. INVALID_ARGUMENT
// (kInvalidPageSize, kInvalidPageToken). Pure.
absl::StatusOr<PageStart> ParsePage(absl::string_view query, int32_t page_size,
                                    absl::string_view page_token);

// The token for the page of `query` that begins after `last_id`. Opaque to clients. Pure.
std::string FormatPageToken(absl::string_view query, absl::string_view last_id);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_PAGE_H_
