#ifndef CONTROLPLANE_SERVICE_PAGE_H_
#define CONTROLPLANE_SERVICE_PAGE_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// The begin and the maximum size of a page of a list.
struct PageStart {
  // The page begins after this id; empty for the first page.
  std::string after;
  int32_t size = 0;
};

// Limits a page to its size and to about 2 MiB, since clients refuse an answer of more than 4 MiB
// (gRPC's default). The first item always fits, so that each page makes progress.
class PageBudget {
 public:
  explicit PageBudget(int32_t size) : items_left_(size) {}

  // Whether `item` fits on the page; if so, it is counted.
  bool Take(const google::protobuf::Message& item);

 private:
  int32_t items_left_;
  size_t bytes_ = 0;
};

// Parses the paging fields of a list request. `query` is all other parts of the request that
// determine the list: a token is valid only for the query that it was issued for. INVALID_ARGUMENT
// (kInvalidPageSize, kInvalidPageToken). Pure.
absl::StatusOr<PageStart> ParsePage(absl::string_view query, int32_t page_size,
                                    absl::string_view page_token);

// The token for the page of `query` that begins after `last_id`. Opaque to clients. Pure.
std::string FormatPageToken(absl::string_view query, absl::string_view last_id);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_PAGE_H_
