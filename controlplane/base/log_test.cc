#include "controlplane/base/log.h"

#include <gtest/gtest.h>

namespace bellwether {
namespace {

TEST(LogTest, PlainValuesStandBare) {
  EXPECT_EQ(FormatLogLine(LogLevel::kInfo, "started", {{"port", 7420}, {"zone", "us-1a"}}),
            "level=info event=started port=7420 zone=us-1a");
}

TEST(LogTest, WhatAClientSentCannotForgeALine) {
  EXPECT_EQ(FormatLogLine(LogLevel::kError, "bad id", {{"id", "a\nlevel=info \"x\""}}),
            "level=error event=\"bad id\" id=\"a\\nlevel=info \\\"x\\\"\"");
}

TEST(LogTest, EmptyValueIsVisible) {
  EXPECT_EQ(FormatLogLine(LogLevel::kWarning, "e", {{"k", ""}}), "level=warning event=e k=\"\"");
}

}  // namespace
}  // namespace bellwether
