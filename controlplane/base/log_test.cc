#include "controlplane/base/log.h"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

const absl::Time kWhen = absl::FromUnixMillis(1'700'000'000'123);
constexpr char kTextWhen[] = "time=2023-11-14T22:13:20.123Z ";
constexpr char kJsonWhen[] = "{\"time\":\"2023-11-14T22:13:20.123Z\",";

std::string Text(LogLevel level, absl::string_view event, const std::vector<LogField>& fields) {
  return FormatLogLine(LogFormat::kText, kWhen, level, event, fields);
}
std::string Json(LogLevel level, absl::string_view event, const std::vector<LogField>& fields) {
  return FormatLogLine(LogFormat::kJson, kWhen, level, event, fields);
}

TEST(LogTest, PlainValuesStandBare) {
  EXPECT_EQ(Text(LogLevel::kInfo, "started", {{"port", 7420}, {"zone", "us-1a"}}),
            absl::StrCat(kTextWhen, "level=info event=started port=7420 zone=us-1a"));
}

TEST(LogTest, WhatAClientSentCannotForgeALine) {
  EXPECT_EQ(
      Text(LogLevel::kError, "bad id", {{"id", "a\nlevel=info \"x\""}}),
      absl::StrCat(kTextWhen, "level=error event=\"bad id\" id=\"a\\nlevel=info \\\"x\\\"\""));
  EXPECT_EQ(Json(LogLevel::kError, "bad id", {{"id", "a\n\",\"level\":\"\\\x01"}}),
            absl::StrCat(kJsonWhen,
                         "\"level\":\"error\",\"event\":\"bad id\","
                         "\"id\":\"a\\u000a\\\",\\\"level\\\":\\\"\\\\\\u0001\"}"));
}

TEST(LogTest, EmptyValueIsVisible) {
  EXPECT_EQ(Text(LogLevel::kWarning, "e", {{"k", ""}}),
            absl::StrCat(kTextWhen, "level=warning event=e k=\"\""));
  EXPECT_EQ(Json(LogLevel::kWarning, "e", {{"k", ""}}),
            absl::StrCat(kJsonWhen, "\"level\":\"warning\",\"event\":\"e\",\"k\":\"\"}"));
}

TEST(LogTest, JsonHasNoByteThatIsNoCharacter) {
  EXPECT_EQ(
      Json(LogLevel::kInfo, "e", {{"id", "caf\xC3\xA9 \xE9"}}),
      absl::StrCat(kJsonWhen, "\"level\":\"info\",\"event\":\"e\",\"id\":\"caf\xC3\xA9 ?\"}"));
}

TEST(LogTest, NamesAreExact) {
  EXPECT_EQ(FindLogLevel("warning"), LogLevel::kWarning);
  EXPECT_EQ(FindLogLevel("Warning"), std::nullopt);
  EXPECT_EQ(FindLogFormat("json"), LogFormat::kJson);
  EXPECT_EQ(FindLogFormat(""), std::nullopt);
}

}  // namespace
}  // namespace bellwether
