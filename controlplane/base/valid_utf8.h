#ifndef CONTROLPLANE_BASE_VALID_UTF8_H_
#define CONTROLPLANE_BASE_VALID_UTF8_H_

#include <string>

#include "absl/strings/string_view.h"

namespace bellwether {

// `text` with '?' in place of each byte that is not part of a UTF-8 character: protobuf and JSON
// accept only UTF-8, and clients may send any bytes. Pure.
std::string ValidUtf8(absl::string_view text);

}  // namespace bellwether

#endif  // CONTROLPLANE_BASE_VALID_UTF8_H_
