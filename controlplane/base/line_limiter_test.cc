#include "controlplane/base/line_limiter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "controlplane/base/random.h"

namespace bellwether {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

LogLine Line(absl::string_view number) {
  return {LogLevel::kWarning, "refused", {{"number", number}}};
}

std::string Value(const LogLine& line, absl::string_view name) {
  for (const LogField& field : line.fields) {
    if (field.name == name) return field.value;
  }
  return "";
}

// How many lines `line` stands for.
int64_t Stands(const LogLine& line) {
  const std::string left_out = Value(line, "left_out");
  const int64_t others = left_out.empty() ? 0 : std::stoll(left_out);
  return line.event == "log lines left out" ? others : others + 1;
}

class LineLimiterTest : public testing::Test {
 protected:
  MonotonicTime At(int seconds) const {
    return MonotonicTime::SinceOrigin(absl::Hours(1) + absl::Seconds(seconds));
  }
  LineLimiter limiter_{{absl::Minutes(1), 3}};
};

TEST_F(LineLimiterTest, TheFirstLineOfAKeyIsWrittenAtOnceAsItIs) {
  const auto line = limiter_.Add("a", Line("1"), At(0));
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->level, LogLevel::kWarning);
  EXPECT_EQ(line->event, "refused");
  EXPECT_EQ(Value(*line, "number"), "1");
  EXPECT_EQ(Value(*line, "left_out"), "");
  EXPECT_TRUE(limiter_.Add("b", Line("2"), At(0)).has_value()) << "keys do not share a limit";
}

TEST_F(LineLimiterTest, ABurstIsItsFirstLineAndALaterOneWithTheCount) {
  ASSERT_TRUE(limiter_.Add("a", Line("1"), At(0)).has_value());
  for (int i = 2; i <= 10; ++i) {
    EXPECT_FALSE(limiter_.Add("a", Line(absl::StrCat(i)), At(1)).has_value());
  }
  EXPECT_THAT(limiter_.Due(At(59)), IsEmpty());
  const auto due = limiter_.Due(At(60));
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(Value(due[0], "number"), "10") << "the latest";
  EXPECT_EQ(Value(due[0], "left_out"), "8");
  EXPECT_THAT(limiter_.Due(At(120)), IsEmpty()) << "counted once";
}

TEST_F(LineLimiterTest, ALineAfterTheIntervalIsWrittenAtOnceWithTheCount) {
  ASSERT_TRUE(limiter_.Add("a", Line("1"), At(0)).has_value());
  ASSERT_FALSE(limiter_.Add("a", Line("2"), At(1)).has_value());
  const auto line = limiter_.Add("a", Line("3"), At(60));
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(Value(*line, "number"), "3");
  EXPECT_EQ(Value(*line, "left_out"), "1");
}

TEST_F(LineLimiterTest, FurtherKeysAreCountedTogetherUntilThereIsRoom) {
  for (const char* const key : {"a", "b", "c"}) {
    ASSERT_TRUE(limiter_.Add(key, Line(key), At(0)).has_value());
  }
  EXPECT_FALSE(limiter_.Add("d", Line("d"), At(30)).has_value());
  EXPECT_FALSE(limiter_.Add("e", Line("e"), At(31)).has_value());
  EXPECT_THAT(limiter_.Due(At(61)), IsEmpty()) << "the three keys are forgotten";
  EXPECT_TRUE(limiter_.Add("d", Line("d"), At(62)).has_value());
  const auto due = limiter_.Due(At(90));
  ASSERT_THAT(due, SizeIs(1));
  EXPECT_EQ(due[0].event, "log lines left out");
  EXPECT_EQ(Value(due[0], "left_out"), "2");
}

TEST_F(LineLimiterTest, TheRestIsCountedBeforeItsTime) {
  ASSERT_TRUE(limiter_.Add("a", Line("1"), At(0)).has_value());
  ASSERT_FALSE(limiter_.Add("a", Line("2"), At(1)).has_value());
  ASSERT_FALSE(limiter_.Add("a", Line("3"), At(1)).has_value());
  const auto rest = limiter_.Rest();
  ASSERT_THAT(rest, SizeIs(1));
  EXPECT_EQ(Value(rest[0], "left_out"), "1");
  EXPECT_THAT(limiter_.Rest(), IsEmpty());
}

TEST_F(LineLimiterTest, WhateverComesEveryLineIsWrittenOrCountedAndLinesAreBounded) {
  SeededRandom random(1);
  int64_t added = 0;
  int64_t stood_for = 0;
  int64_t written = 0;
  const auto take = [&](const LogLine& line) {
    ++written;
    stood_for += Stands(line);
  };
  constexpr int kSeconds = 600;
  for (int second = 0; second < kSeconds; ++second) {
    const uint64_t burst = random.Below(200);
    for (uint64_t i = 0; i < burst; ++i) {
      ++added;
      const auto line =
          limiter_.Add(absl::StrCat(random.Below(10)), Line(absl::StrCat(added)), At(second));
      if (line.has_value()) take(*line);
    }
    for (const LogLine& line : limiter_.Due(At(second))) take(line);
  }
  EXPECT_LE(written, 4 * (kSeconds / 60 + 1)) << "three keys and the others, each once a minute";
  for (const LogLine& line : limiter_.Rest()) take(line);
  EXPECT_EQ(stood_for, added);
}

}  // namespace
}  // namespace bellwether
