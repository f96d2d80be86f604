#ifndef CONTROLPLANE_BASE_DID_YOU_MEAN_H_
#define CONTROLPLANE_BASE_DID_YOU_MEAN_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bellwether {

// The name among `names` that `typed` is probably meant to be: the nearest one of those that at
// most two changes of a character lead to, where case, '-' and '_' do not count. Empty if there is
// none. For what an operator typed: takes the product of the lengths for each name. Pure.
std::string NearestName(absl::string_view typed, const std::vector<std::string>& names);

// "; did you mean --topics?" for the name "topics" and the prefix "--"; empty if there is none.
std::string DidYouMean(absl::string_view typed, const std::vector<std::string>& names,
                       absl::string_view prefix = "");

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_DID_YOU_MEAN_H_
