#include "agentclient/agent_key.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "controlplane/base/fake_clock.h"

namespace bellwether {
namespace {

class AgentKeyFileTest : public testing::Test {
 protected:
  AgentKeyFileTest() : path_(testing::TempDir() + "/agent-key") { Write("agk_a.one\n"); }
  ~AgentKeyFileTest() override { std::filesystem::remove(path_); }

  void Write(const std::string& text) { std::ofstream(path_) << text; }

  const std::string path_;
  FakeClock clock_;
};

TEST_F(AgentKeyFileTest, ReplacedFileIsTakenWithinTenSeconds) {
  const auto file = AgentKeyFile::Open(path_, clock_);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ((*file)->Key(), "agk_a.one");
  Write("agk_b.two");
  clock_.Advance(absl::Seconds(9));
  EXPECT_EQ((*file)->Key(), "agk_a.one");
  clock_.Advance(absl::Seconds(1));
  EXPECT_EQ((*file)->Key(), "agk_b.two");
}

TEST_F(AgentKeyFileTest, FileThatIsGoneOrEmptyLeavesTheLastKey) {
  const auto file = AgentKeyFile::Open(path_, clock_);
  ASSERT_TRUE(file.ok()) << file.status();
  Write("\n");
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ((*file)->Key(), "agk_a.one");
  std::filesystem::remove(path_);
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ((*file)->Key(), "agk_a.one");
  Write("agk_b.two");
  clock_.Advance(absl::Minutes(1));
  EXPECT_EQ((*file)->Key(), "agk_b.two");
}

TEST_F(AgentKeyFileTest, WhatIsNoKeyIsRefusedWithoutShowingIt) {
  for (const char* text : {"", " ", "two words", "tab\tbed", "caf\xc3\xa9"}) {
    Write(text);
    const absl::Status status = AgentKeyFile::Open(path_, clock_).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    const std::string message(status.message());
    EXPECT_NE(message.find(path_), std::string::npos) << message;
    EXPECT_EQ(message.find("words"), std::string::npos) << message;
  }
  std::filesystem::remove(path_);
  EXPECT_FALSE(AgentKeyFile::Open(path_, clock_).ok());
}

}  // namespace
}  // namespace bellwether
