#include "controlplane/base/limited_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_split.h"
#include "controlplane/base/fake_clock.h"

namespace bellwether {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class LimitedLogTest : public testing::Test {
 protected:
  // The lines that `write` writes.
  template <typename Write>
  std::vector<std::string> Lines(const Write& write) {
    testing::internal::CaptureStderr();
    write();
    return absl::StrSplit(testing::internal::GetCapturedStderr(), '\n', absl::SkipEmpty());
  }
  void Refuse(int number) {
    log_.Write("key", LogLevel::kWarning, "refused", {{"number", number}});
  }

  FakeClock clock_;
  LimitedLog log_{clock_};
};

TEST_F(LimitedLogTest, WritesTheFirstLineAtOnceAndTheCountWhenItIsDue) {
  EXPECT_THAT(Lines([&] {
                for (int i = 1; i <= 5; ++i) Refuse(i);
                log_.WriteDue();
              }),
              ElementsAre(AllOf(HasSubstr("level=warning event=refused number=1"),
                                Not(HasSubstr("left_out")))));
  clock_.Advance(absl::Minutes(1));
  EXPECT_THAT(Lines([&] { log_.WriteDue(); }),
              ElementsAre(HasSubstr("event=refused number=5 left_out=3")));
}

TEST_F(LimitedLogTest, NothingIsLostAtTheEnd) {
  EXPECT_THAT(Lines([&] {
                Refuse(1);
                Refuse(2);
                log_.WriteRest();
              }),
              ElementsAre(HasSubstr("number=1"), HasSubstr("number=2")));
  EXPECT_THAT(Lines([&] { log_.WriteRest(); }), IsEmpty());
}

TEST(HostOfPeerTest, LeavesThePortOut) {
  EXPECT_EQ(HostOfPeer("ipv4:10.0.0.7:51234"), "ipv4:10.0.0.7");
  EXPECT_EQ(HostOfPeer("ipv6:%5B::1%5D:51234"), "ipv6:%5B::1%5D");
  EXPECT_EQ(HostOfPeer("unix:/run/x:1"), "unix:/run/x:1");
  EXPECT_EQ(HostOfPeer(""), "");
}

}  // namespace
}  // namespace bellwether
