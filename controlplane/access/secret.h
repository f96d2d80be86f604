#ifndef CONTROLPLANE_ACCESS_SECRET_H_
#define CONTROLPLANE_ACCESS_SECRET_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/base/random.h"

namespace bellwether {

// Secrets and their hashes. A key, as its holder sends it, is "{id}.{secret}". Pure functions,
// except for MakeSecret.

// A secret of 260 bits, as text. `secrets` must be suitable for secrets.
std::string MakeSecret(Random& secrets);

// SHA-256 of a secret: 32 bytes. The input is random, so it needs neither salt nor many rounds.
std::string HashSecret(absl::string_view secret);

// Whether two hashes are equal, in a time that does not depend on where they differ.
bool SameHash(absl::string_view a, absl::string_view b);

std::string FormatKey(absl::string_view id, absl::string_view secret);

// The credential of a call: the id that its sender claims, and the hash of the secret that proves
// it.
struct PresentedKey {
  std::string id;
  std::string secret_hash;
};

// Parses the value of an "authorization" header, "Bearer {key}". nullopt if it has another form.
std::optional<PresentedKey> ReadAuthorization(absl::string_view header);

}  // namespace bellwether

#endif  // CONTROLPLANE_ACCESS_SECRET_H_
