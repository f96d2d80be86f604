#ifndef CONTROLPLANE_BASE_TEXT_PROBLEM_H_
#define CONTROLPLANE_BASE_TEXT_PROBLEM_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bellwether {

// The reason why `text` cannot be intended as a setting or name, as words that follow the name of
// the setting: "ends with a carriage return; ...". Files, shells and templates add white space,
// line ends and quotes, and a store in the directory "data\r" or a zone "west " would then be a
// separate one. Detects control characters anywhere, and white space (including Unicode's and
// invisible characters) and quotes at either end. nullopt if `text` has none. Pure.
std::optional<std::string> FindTextProblem(absl::string_view text);

// `text` without ASCII white space and control characters at its ends: for keys and tokens, which
// contain none. Pure.
absl::string_view TrimSecret(absl::string_view text);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_TEXT_PROBLEM_H_
