#include "controlplane/base/stable_hash.h"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

// These values may never change: every leader would move.
TEST(StableHashTest, GoldenValues) {
  EXPECT_EQ(Mix64(0), 0xe220a8397b1dcdafu);
  EXPECT_EQ(Mix64(1), 0x910a2dec89025cc1u);
  EXPECT_EQ(Fnv1a64("agent-a"), 0x9c3f6a8a5ba885b0u);
  EXPECT_EQ(StableHash("agent-a"), 0xfb99dcfabc6b3367u);
}

}  // namespace
}  // namespace bellwether
