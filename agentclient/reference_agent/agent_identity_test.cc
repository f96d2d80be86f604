#include "agentclient/reference_agent/agent_identity.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

class AgentIdentityTest : public ::testing::Test {
 protected:
  AgentIdentityTest() { std::filesystem::remove_all(directory_); }

  void WriteId(const std::string& text) {
    std::filesystem::create_directories(directory_);
    std::ofstream(directory_ + "/agent_id") << text;
  }
  std::string ReadId() {
    std::string text;
    std::ifstream(directory_ + "/agent_id") >> text;
    return text;
  }

  const std::string directory_ = absl::StrCat(::testing::TempDir(), "/deep/state");
  SystemRandom random_;
};

TEST_F(AgentIdentityTest, IsMadeOnceAndKept) {
  std::string first;
  {
    const auto identity = AgentIdentity::Open(directory_, random_);
    ASSERT_TRUE(identity.ok()) << identity.status();
    first = identity->agent_id();
  }
  EXPECT_EQ(first.size(), std::string("agent-").size() + 12);
  EXPECT_EQ(ReadId(), first);
  const auto second = AgentIdentity::Open(directory_, random_);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->agent_id(), first);
}

TEST_F(AgentIdentityTest, OneGivenByHandIsTaken) {
  WriteId("broker.7\n");
  const auto identity = AgentIdentity::Open(directory_, random_);
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->agent_id(), "broker.7");
}

TEST_F(AgentIdentityTest, WhatIsNoIdIsRefusedAndNotReplaced) {
  for (const std::string text : {"", "two words", "\x01\x02"}) {
    WriteId(text);
    const auto identity = AgentIdentity::Open(directory_, random_);
    EXPECT_EQ(identity.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_NE(identity.status().message().find("/agent_id"), absl::string_view::npos);
  }
}

TEST_F(AgentIdentityTest, TwoProcessesCannotBeTheSameAgent) {
  auto first = AgentIdentity::Open(directory_, random_);
  ASSERT_TRUE(first.ok());
  {
    const AgentIdentity moved = *std::move(first);
    const auto second = AgentIdentity::Open(directory_, random_);
    EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_NE(second.status().message().find("-stateDir"), absl::string_view::npos);
  }
  EXPECT_TRUE(AgentIdentity::Open(directory_, random_).ok());
}

TEST_F(AgentIdentityTest, HalfWrittenOneIsNoIdentity) {
  // What a crash between writing and renaming leaves behind.
  std::filesystem::create_directories(directory_);
  std::ofstream(directory_ + "/agent_id.new") << "agent-ha";
  const auto identity = AgentIdentity::Open(directory_, random_);
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->agent_id().size(), std::string("agent-").size() + 12);
  EXPECT_FALSE(std::filesystem::exists(directory_ + "/agent_id.new"));
}

TEST_F(AgentIdentityTest, DirectoryThatCannotBeMadeIsNamed) {
  const auto identity = AgentIdentity::Open("/proc/nowhere", random_);
  EXPECT_FALSE(identity.ok());
  EXPECT_NE(identity.status().message().find("/proc/nowhere"), absl::string_view::npos);
}

}  // namespace
}  // namespace bellwether
