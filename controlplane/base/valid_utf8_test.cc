#include "controlplane/base/valid_utf8.h"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(ValidUtf8Test, ValidTextStays) {
  for (const char* text : {"", "billing,ws_pas=single_agent", "\xC3\xA4", "\xE2\x82\xAC",
                           "\xF0\x9F\x98\x80", "\xED\x9F\xBF", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_EQ(ValidUtf8(text), text);
  }
  EXPECT_EQ(ValidUtf8(absl::string_view("a\0b", 3)), std::string("a\0b", 3));
}

TEST(ValidUtf8Test, EveryOtherByteIsReplaced) {
  EXPECT_EQ(ValidUtf8("a\xFF\x62"), "a?b");
  EXPECT_EQ(ValidUtf8("\x80"), "?");
  // Cut short.
  EXPECT_EQ(ValidUtf8("\xC3"), "?");
  EXPECT_EQ(ValidUtf8("\xE2\x82"), "??");
  EXPECT_EQ(ValidUtf8("\xE2\x82z"), "??z");
  // Overlong, surrogate, too high.
  EXPECT_EQ(ValidUtf8("\xC0\xAF"), "??");
  EXPECT_EQ(ValidUtf8("\xE0\x80\x80"), "???");
  EXPECT_EQ(ValidUtf8("\xED\xA0\x80"), "???");
  EXPECT_EQ(ValidUtf8("\xF4\x90\x80\x80"), "????");
}

}  // namespace
}  // namespace bellwether
