#include "controlplane/access/secret.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/strings/escaping.h"

namespace bellwether {
namespace {

TEST(SecretTest, HasAtLeast256BitsAndNoneComesTwice) {
  SeededRandom random(1);
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    const std::string secret = MakeSecret(random);
    // Five bits a character.
    EXPECT_GE(secret.size() * 5, 256U);
    EXPECT_TRUE(seen.insert(secret).second);
  }
}

TEST(SecretTest, TheSystemsSecretsDiffer) {
  OsRandom random;
  EXPECT_NE(MakeSecret(random), MakeSecret(random));
}

TEST(SecretTest, HashIsSha256) {
  // The example of FIPS 180-2, appendix B.1.
  EXPECT_EQ(absl::BytesToHexString(HashSecret("abc")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(SecretTest, HashesAreEqualOnlyIfAllOfThemIs) {
  const std::string hash = HashSecret("abc");
  EXPECT_TRUE(SameHash(hash, hash));
  EXPECT_FALSE(SameHash(hash, ""));
  EXPECT_FALSE(SameHash(hash, hash.substr(1)));
  for (size_t i = 0; i < hash.size(); ++i) {
    std::string other = hash;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_FALSE(SameHash(hash, other));
  }
}

TEST(SecretTest, ReadsWhatItFormats) {
  for (const char* scheme : {"Bearer ", "bearer "}) {
    const auto presented = ReadAuthorization(scheme + FormatKey("agk_a", "secret"));
    ASSERT_TRUE(presented.has_value());
    EXPECT_EQ(presented->id, "agk_a");
    EXPECT_EQ(presented->secret_hash, HashSecret("secret"));
  }
}

TEST(SecretTest, ReadsNothingElse) {
  for (const std::string& header :
       {std::string(), std::string("Bearer"), std::string("Bearer "), std::string("agk_a.secret"),
        std::string("Basic agk_a.secret"), std::string("Bearer agk_a"),
        "Bearer a." + std::string(300, 'x')}) {
    EXPECT_FALSE(ReadAuthorization(header).has_value()) << header;
  }
}

}  // namespace
}  // namespace bellwether
