#include "controlplane/server/frame_check.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/model/limits.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

constexpr uint8_t kData = 0;
constexpr uint8_t kHeaders = 1;
constexpr uint8_t kReset = 3;
constexpr uint8_t kSettings = 4;
constexpr uint8_t kPing = 6;
constexpr uint8_t kWindowUpdate = 8;
constexpr uint8_t kContinuation = 9;
constexpr uint8_t kEndHeaders = 4;
constexpr uint8_t kAcknowledgement = 1;

std::string Frame(uint8_t type, uint8_t flags, size_t payload, uint32_t stream = 1) {
  std::string frame = {static_cast<char>(payload >> 16), static_cast<char>(payload >> 8),
                       static_cast<char>(payload),       static_cast<char>(type),
                       static_cast<char>(flags),         static_cast<char>(stream >> 24),
                       static_cast<char>(stream >> 16),  static_cast<char>(stream >> 8),
                       static_cast<char>(stream)};
  // As a payload that looks like a frame would be read if it were taken for one.
  return frame.append(payload, static_cast<char>(kReset));
}

std::string Repeat(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) absl::StrAppend(&repeated, text);
  return repeated;
}

class FrameCheckTest : public testing::Test {
 protected:
  static constexpr absl::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  std::unique_ptr<FrameCheck> Connect() {
    std::unique_ptr<FrameCheck> check = ConnectWithoutAcknowledgement();
    EXPECT_EQ(check->Read(Frame(kSettings, kAcknowledgement, 0)), std::nullopt);
    return check;
  }
  std::unique_ptr<FrameCheck> ConnectWithoutAcknowledgement() {
    auto check = std::make_unique<FrameCheck>(clock_, shared_);
    EXPECT_EQ(check->Read(kPreface), std::nullopt);
    EXPECT_EQ(check->Read(Frame(kSettings, 0, 18)), std::nullopt);
    return check;
  }

  const std::string call_ = Frame(kHeaders, kEndHeaders, 300) + Frame(kData, 1, 100);
  const std::string reset_ = Frame(kReset, 0, 4);
  FakeClock clock_;
  SharedFrameLimits shared_;
};

TEST_F(FrameCheckTest, AnyNumberOfCallsOfAnySizeIsFine) {
  const auto check = Connect();
  for (int i = 0; i < 10'000; ++i) {
    clock_.Advance(absl::Microseconds(10));
    ASSERT_EQ(check->Read(call_), std::nullopt);
    ASSERT_EQ(check->Read(Frame(kData, 0, 16'384)), std::nullopt);
    ASSERT_EQ(check->Read(Frame(kWindowUpdate, 0, 4)), std::nullopt);
  }
}

TEST_F(FrameCheckTest, HeadersThatAreTooLongAreCutOffAtTheHeadOfTheFrameThatMakesThemSo) {
  const auto check = Connect();
  EXPECT_EQ(check->Read(Frame(kHeaders, 0, 16'384)), std::nullopt);
  EXPECT_EQ(check->Read(Frame(kContinuation, 0, 16'384)), std::nullopt);
  EXPECT_EQ(check->Read(Frame(kContinuation, kEndHeaders, 1).substr(0, 9)),
            CutReason::kUnfinishedHeaders);
  EXPECT_EQ(Connect()->Read(Frame(kHeaders, kEndHeaders, 1 << 20).substr(0, 9)),
            CutReason::kUnfinishedHeaders);
}

TEST_F(FrameCheckTest, LongHeadersThatEndAreFineAgainAndAgain) {
  const auto check = Connect();
  for (int i = 0; i < 2'000; ++i) {
    clock_.Advance(absl::Microseconds(10));
    ASSERT_EQ(check->Read(Frame(kHeaders, 0, 16'384)), std::nullopt);
    ASSERT_EQ(check->Read(Frame(kContinuation, kEndHeaders, 16'384)), std::nullopt);
  }
}

TEST_F(FrameCheckTest, HeadersInTooManyFramesAreCutOffEmptyOnesToo) {
  const auto check = Connect();
  EXPECT_EQ(check->Read(Frame(kHeaders, 0, 0) + Repeat(Frame(kContinuation, 0, 0), 15)),
            std::nullopt);
  EXPECT_EQ(check->Read(Frame(kContinuation, kEndHeaders, 0)), CutReason::kUnfinishedHeaders);
}

TEST_F(FrameCheckTest, UnfinishedHeadersOfAllConnectionsHaveALimit) {
  std::vector<std::unique_ptr<FrameCheck>> checks;
  for (int i = 0; i < 1'000; ++i) {
    checks.push_back(Connect());
    ASSERT_EQ(checks.back()->Read(Frame(kHeaders, 0, 10)), std::nullopt) << i;
  }
  EXPECT_EQ(Connect()->Read(Frame(kHeaders, 0, 10)), CutReason::kUnfinishedHeaders);
  EXPECT_EQ(Connect()->Read(call_), std::nullopt) << "headers that end need no room";
  EXPECT_EQ(checks[0]->Read(Frame(kContinuation, kEndHeaders, 10)), std::nullopt);
  checks.pop_back();
  checks.push_back(Connect());
  EXPECT_EQ(checks.back()->Read(Frame(kHeaders, 0, 10)), std::nullopt) << "one has ended";
  checks.push_back(Connect());
  EXPECT_EQ(checks.back()->Read(Frame(kHeaders, 0, 10)), std::nullopt) << "one was closed";
  EXPECT_EQ(Connect()->Read(Frame(kHeaders, 0, 10)), CutReason::kUnfinishedHeaders);
}

TEST_F(FrameCheckTest, CallsThatBeginFasterThanTheServerCanAnswerAreCutOff) {
  const auto check = Connect();
  EXPECT_EQ(check->Read(Repeat(call_, 2 * kMaxCallsPerConnection)), std::nullopt);
  clock_.Advance(absl::Microseconds(10));
  EXPECT_EQ(check->Read(call_), std::nullopt);
  EXPECT_EQ(check->Read(call_), CutReason::kCalls);
}

TEST_F(FrameCheckTest, CallsThatTheClientGivesUpMakeRoomForOthers) {
  const auto check = Connect();
  EXPECT_EQ(check->Read(Repeat(call_, 2 * kMaxCallsPerConnection)), std::nullopt);
  EXPECT_EQ(check->Read(Repeat(reset_ + call_, 100)), std::nullopt);
}

TEST_F(FrameCheckTest, FewCallsMayBeginBeforeTheServersSettingsAreAcknowledged) {
  const auto check = ConnectWithoutAcknowledgement();
  for (int i = 0; i < kMaxCallsPerConnection; ++i) {
    clock_.Advance(absl::Seconds(1));
    ASSERT_EQ(check->Read(call_), std::nullopt);
  }
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(check->Read(call_), CutReason::kCalls);
}

TEST_F(FrameCheckTest, ClientMayGiveUpAllItsCallsAtOnceButNotAgainAndAgain) {
  const auto check = Connect();
  EXPECT_EQ(check->Read(Repeat(call_ + reset_, 1'000)), std::nullopt);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(check->Read(Repeat(call_ + reset_, 500)), std::nullopt);
  EXPECT_EQ(check->Read(call_ + reset_), CutReason::kResets);
}

TEST_F(FrameCheckTest, ResetsOfYoungCallsOnAllConnectionsHaveALimitBeyondWhichEachHasAFew) {
  std::vector<std::unique_ptr<FrameCheck>> checks;
  for (int i = 0; i < 3; ++i) {
    checks.push_back(Connect());
    ASSERT_EQ(checks.back()->Read(Repeat(call_ + reset_, 1'000)), std::nullopt);
  }
  const auto check = Connect();
  EXPECT_EQ(check->Read(Repeat(call_ + reset_, 25)), std::nullopt);
  EXPECT_EQ(check->Read(call_ + reset_), CutReason::kResets);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(Connect()->Read(Repeat(call_ + reset_, 1'000)), std::nullopt);
}

TEST_F(FrameCheckTest, ClientsThatGiveUpCallsAfterAWhileAreFineWhileOthersFlood) {
  std::vector<std::unique_ptr<FrameCheck>> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(Connect());
    for (uint32_t stream = 1; stream < 200; stream += 2) {
      ASSERT_EQ(clients.back()->Read(Frame(kHeaders, kEndHeaders, 300, stream)), std::nullopt);
    }
  }
  clock_.Advance(absl::Milliseconds(500));
  while (Connect()->Read(Repeat(call_ + reset_, 26)) == std::nullopt) {
  }
  for (const auto& client : clients) {
    for (uint32_t stream = 1; stream < 200; stream += 2) {
      ASSERT_EQ(client->Read(Frame(kReset, 0, 4, stream)), std::nullopt);
    }
  }
}

TEST_F(FrameCheckTest, CallIsYoungUntilOneToTwoSpansHavePassedHoweverOftenCallsBegin) {
  const auto check = Connect();
  const auto begin = [&](uint32_t stream) {
    return check->Read(Frame(kHeaders, kEndHeaders, 300, stream));
  };
  const auto flood = [&] {
    while (Connect()->Read(Repeat(call_ + reset_, 26)) == std::nullopt) {
    }
  };
  const auto reset = [&](uint32_t stream) { return check->Read(Frame(kReset, 0, 4, stream)); };
  uint32_t stream = 1;
  for (int i = 0; i < 40; ++i, stream += 2) {
    ASSERT_EQ(begin(stream), std::nullopt);
    clock_.Advance(absl::Milliseconds(50));
  }
  flood();
  // Begun 500 ms ago or more: 100 resets, none of which counts as young.
  for (int i = 0; i < 100; ++i) ASSERT_EQ(reset(stream - 20), std::nullopt);
  // Begun 200 ms ago.
  for (int i = 0; i < 25; ++i) ASSERT_EQ(reset(stream - 8), std::nullopt);
  EXPECT_EQ(reset(stream - 8), CutReason::kResets);
}

TEST_F(FrameCheckTest, FramesThatBelongToNoCallAreFineWhileCallsBringThemAbout) {
  const auto check = Connect();
  for (int i = 0; i < 5'000; ++i) {
    clock_.Advance(absl::Microseconds(10));
    ASSERT_EQ(check->Read(call_ + Frame(kPing, 0, 8)), std::nullopt);
  }
  EXPECT_EQ(check->Read(Repeat(Frame(kWindowUpdate, 0, 4) + Frame(kPing, 0, 8), 5'000)),
            std::nullopt)
      << "a client that receives much says so";
  EXPECT_EQ(check->Read(Repeat(Frame(kPing, 0, 8), 999)), std::nullopt);
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ(check->Read(Repeat(Frame(kSettings, 0, 0), 100)), std::nullopt);
  EXPECT_EQ(check->Read(Frame(kSettings, 0, 0)), CutReason::kControlFrames);
}

TEST_F(FrameCheckTest, EmptyDataDoesNotAllowForFramesThatBelongToNoCall) {
  const std::string mixture = Frame(kData, 0, 0) + Frame(kPing, 0, 8);
  EXPECT_EQ(Connect()->Read(Repeat(mixture, 1'001)), CutReason::kControlFrames);
}

TEST_F(FrameCheckTest, FramesThatBelongToNoCallHaveALimitThatNothingRaises) {
  const auto check = Connect();
  const std::string mixture = Frame(kData, 0, 1) + Frame(kPing, 0, 8);
  EXPECT_EQ(check->Read(Repeat(mixture, 19'998)), std::nullopt);
  EXPECT_EQ(check->Read(mixture), CutReason::kControlFrames);
}

TEST_F(FrameCheckTest, FramesInPiecesAreReadAsWhole) {
  const auto check = std::make_unique<FrameCheck>(clock_, shared_);
  const std::string sent =
      absl::StrCat(kPreface, Frame(kSettings, 0, 18), Frame(kSettings, kAcknowledgement, 0),
                   Repeat(call_ + reset_, 1'000));
  for (const char byte : sent) ASSERT_EQ(check->Read({&byte, 1}), std::nullopt);
  EXPECT_EQ(check->Read(Frame(kReset, 0, 4).substr(0, 8)), std::nullopt);
  EXPECT_EQ(check->Read(Frame(kReset, 0, 4).substr(8)), CutReason::kResets);
}

TEST_F(FrameCheckTest, WhatIsNotHttp2IsLeftToGrpc) {
  // A TLS handshake, and a request of HTTP/1.1 in two pieces.
  for (const absl::string_view first : {"\x16\x03\x01", "GET / HTTP/1.1\r\n", "PRI * HTTP/1.1"}) {
    FrameCheck check(clock_, shared_);
    EXPECT_EQ(check.Read(first), std::nullopt);
    EXPECT_EQ(check.Read(Repeat(reset_, 5'000)), std::nullopt);
  }
}

}  // namespace
}  // namespace bellwether
