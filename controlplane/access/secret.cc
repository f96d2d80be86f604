#include "controlplane/access/secret.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

constexpr int kSecretLength = 52;
constexpr absl::string_view kScheme = "Bearer ";
// No key of ours is longer: more is not even hashed.
constexpr size_t kLongestHeader = 256;

}  // namespace

std::string MakeSecret(Random& secrets) { return secrets.Base32(kSecretLength); }

std::string HashSecret(absl::string_view secret) {
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(secret.data()), secret.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

bool SameHash(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string FormatKey(absl::string_view id, absl::string_view secret) {
  return absl::StrCat(id, ".", secret);
}

std::optional<PresentedKey> ReadAuthorization(absl::string_view header) {
  if (header.size() > kLongestHeader || !absl::StartsWithIgnoreCase(header, kScheme)) {
    return std::nullopt;
  }
  const absl::string_view key = header.substr(kScheme.size());
  const size_t dot = key.find('.');
  if (dot == absl::string_view::npos) return std::nullopt;
  return PresentedKey{std::string(key.substr(0, dot)), HashSecret(key.substr(dot + 1))};
}

}  // namespace bellwether
