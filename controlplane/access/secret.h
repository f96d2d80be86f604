#ifndef CONTROLPLANE_ACCESS_SECRET_H_
#define CONTROLPLANE_ACCESS_SECRET_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "controlplane/base/random.h"

namespace bellwether {

// Secrets and what is kept of them. A key, as its holder sends it, is "{id}.{secret}". Pure
// functions, but for MakeSecret.

// A secret of 260 bits, as text. `secrets` must be good for secrets.
std::string MakeSecret(Random& secrets);

// SHA-256 of a secret: 32 bytes. What is hashed is random, so it needs neither salt nor many
// rounds.
std::string HashSecret(absl::string_view secret);

// Whether two hashes are equal, in a time that does not depend on where they differ.
bool SameHash(absl::string_view a, absl::string_view b);

std::string FormatKey(absl::string_view id, absl::string_view secret);

// What a call brought along: who its sender claims to be, and the hash of the secret that is to
// prove it.
struct PresentedKey {
  std::string id;
  std::string secret_hash;
};

// Reads the value of an "authorization" header, "Bearer {key}". nullopt if it is anything else.
std::optional<PresentedKey> ReadAuthorization(absl::string_view header);

}  // namespace bellwether

#endif  // CONTROLPLANE_ACCESS_SECRET_H_
