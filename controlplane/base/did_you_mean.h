#ifndef CONTROLPLANE_BASE_DID_YOU_MEAN_H_
#define CONTROLPLANE_BASE_DID_YOU_MEAN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bellwether {

// The most likely intended name among `names` for `typed`: the nearest of those within two changes
// of a character, where case, '-' and '_' do not count. Empty if there is none. For input of
// operators: the cost is the product of the lengths for each name. Pure.
std::string NearestName(absl::string_view typed, const std::vector<std::string>& names);

// "; did you mean --topics?" for the name "topics" and the prefix "--"; empty if there is none.
std::string DidYouMean(absl::string_view typed, const std::vector<std::string>& names,
                       absl::string_view prefix = "");

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_DID_YOU_MEAN_H_
