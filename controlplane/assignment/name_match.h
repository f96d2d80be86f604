#ifndef CONTROLPLANE_ASSIGNMENT_NAME_MATCH_H_
#define CONTROLPLANE_ASSIGNMENT_NAME_MATCH_H_

#include <cstddef>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace bellwether {

// Matching of names that people mistyped or frameworks extended.

// Whether at most `edits` insertions, deletions and replacements of a byte lead from `a` to `b`.
// Takes 3^edits times the length: for 2 edits or fewer.
bool WithinEdits(absl::string_view a, absl::string_view b, int edits);

// The longest prefix of `value` that is a known name: all of it, or the part before one of its '-',
// after which frameworks append their own text ("single_agent-StreamThread-3-producer"). Empty if
// there is none. Names are at most `longest` bytes long, which bounds the work.
absl::string_view MatchWithoutSuffix(absl::string_view value, size_t longest,
                                     absl::FunctionRef<bool(absl::string_view)> is_known);

}  // namespace bellwether

#endif  // CONTROLPLANE_ASSIGNMENT_NAME_MATCH_H_
