#ifndef CONTROLPLANE_BASE_TEXT_PROBLEM_H_
#define CONTROLPLANE_BASE_TEXT_PROBLEM_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bellwether {

// Why `text` cannot be what somebody meant as a setting or as a name, in words that follow the
// name of the setting: "ends with a carriage return; ...". Files, shells and templates add white
// space, line ends and quotes, and a store in the directory "data\r" or a zone "west " would be
// taken for one of its own. Found are control characters anywhere, and white space (Unicode's and
// invisible characters included) and quotes at either end. nullopt if `text` has none. Pure.
std::optional<std::string> FindTextProblem(absl::string_view text);

// `text` without the ASCII white space and control characters at its ends: for keys and tokens,
// which have none. Pure.
absl::string_view TrimSecret(absl::string_view text);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_TEXT_PROBLEM_H_
