#include "controlplane/base/text_problem.h"

#include <gtest/gtest.h>

#include <string>

namespace bellwether {
namespace {

TEST(TextProblemTest, TextWithoutAccidentsHasNone) {
  for (const std::string text : {"", "data", "./data dir", "us-east-1a", "a'b", "x\"y",
                                 "Z\xC3\xBCrich", "/var/lib/bellwether", "0.0.0.0:7420"}) {
    EXPECT_EQ(FindTextProblem(text), std::nullopt) << text;
  }
}

TEST(TextProblemTest, WhiteSpaceAtAnEndIsFound) {
  for (const std::string text :
       {" data", "data ", "\tdata", "data\t", "data\n", "data\r", "data\r\n", " ", "\n",
        "\xC2\xA0zone", "zone\xC2\xA0", "\xEF\xBB\xBFzone", "zone\xE2\x80\x8B"}) {
    EXPECT_NE(FindTextProblem(text), std::nullopt) << text;
  }
  EXPECT_NE(FindTextProblem("data\r\n")->find("Windows"), std::string::npos);
}

TEST(TextProblemTest, ControlCharactersAreFoundAnywhere) {
  for (const std::string text : {"da\nta", "da\tta", "\x1B[31mred",
                                 "a\x7F"
                                 "b"}) {
    EXPECT_NE(FindTextProblem(text), std::nullopt) << text;
  }
  EXPECT_NE(FindTextProblem(std::string("a\0b", 3)), std::nullopt);
  EXPECT_NE(FindTextProblem("\x1B[31mred")->find("0x1B"), std::string::npos);
}

TEST(TextProblemTest, QuotesAtAnEndAreFound) {
  // A curly one is the three bytes E2 80 9C.
  const std::string curly = "\xE2\x80\x9C";
  for (const std::string& text :
       {std::string("\"data\""), std::string("'data'"), std::string("'us-east-1a"),
        std::string("us-east-1a\""), std::string("`x`"), curly + "blue", std::string("\"")}) {
    EXPECT_NE(FindTextProblem(text), std::nullopt) << text;
  }
}

TEST(TextProblemTest, SecretsAreTrimmed) {
  EXPECT_EQ(TrimSecret(" agk_x.y\r\n"), "agk_x.y");
  EXPECT_EQ(TrimSecret("agk_x.y"), "agk_x.y");
  EXPECT_EQ(TrimSecret("a b"), "a b");
  EXPECT_EQ(TrimSecret("\n\t "), "");
  EXPECT_EQ(TrimSecret(""), "");
}

}  // namespace
}  // namespace bellwether
