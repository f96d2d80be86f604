#include "controlplane/base/command_line.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

ABSL_FLAG(std::string, testName, "default", "a name");
ABSL_FLAG(int, testCount, 1, "a number");

namespace bellwether {
namespace {

absl::StatusOr<std::vector<Setting>> ParseSettings(std::initializer_list<std::string> arguments) {
  std::vector<std::string> storage = {"program"};
  storage.insert(storage.end(), arguments);
  std::vector<char*> argv;
  for (std::string& argument : storage) argv.push_back(argument.data());
  return ParseCommandLine(static_cast<int>(argv.size()), argv.data(),
                          {"a program", "program 1.2.3", [](absl::string_view flag) {
                             return absl::StrCat("TEST_", absl::AsciiStrToUpper(flag));
                           }});
}

absl::Status Parse(std::initializer_list<std::string> arguments) {
  return ParseSettings(arguments).status();
}

class CommandLineTest : public ::testing::Test {
 protected:
  ~CommandLineTest() override {
    unsetenv("TEST_TESTNAME");
    unsetenv("TEST_TESTCOUNT");
  }

  static std::string WriteFlagFile(const std::string& text) {
    const std::string path = absl::StrCat(::testing::TempDir(), "/flags");
    std::ofstream(path) << text;
    return path;
  }

  // Puts the flags back.
  const absl::FlagSaver saver_;
};

TEST_F(CommandLineTest, DefaultsStayWhereNobodySaysAnything) {
  ASSERT_EQ(Parse({}), absl::OkStatus());
  EXPECT_EQ(absl::GetFlag(FLAGS_testName), "default");
  EXPECT_EQ(absl::GetFlag(FLAGS_testCount), 1);
}

TEST_F(CommandLineTest, OneDashOrTwo) {
  ASSERT_EQ(Parse({"-testName", "one", "--testCount=2"}), absl::OkStatus());
  EXPECT_EQ(absl::GetFlag(FLAGS_testName), "one");
  EXPECT_EQ(absl::GetFlag(FLAGS_testCount), 2);
}

TEST_F(CommandLineTest, FlagBeatsVariableBeatsFlagFile) {
  const std::string path = WriteFlagFile("--testName=file\n--testCount=3\n");
  // The file last: its place must not matter.
  ASSERT_EQ(Parse({"-testName=flag", "-flagfile", path}), absl::OkStatus());
  EXPECT_EQ(absl::GetFlag(FLAGS_testName), "flag");
  EXPECT_EQ(absl::GetFlag(FLAGS_testCount), 3);

  setenv("TEST_TESTNAME", "variable", 1);
  setenv("TEST_TESTCOUNT", "4", 1);
  ASSERT_EQ(Parse({absl::StrCat("--flagfile=", path)}), absl::OkStatus());
  EXPECT_EQ(absl::GetFlag(FLAGS_testName), "variable");
  EXPECT_EQ(absl::GetFlag(FLAGS_testCount), 4);

  ASSERT_EQ(Parse({"-testName=flag"}), absl::OkStatus());
  EXPECT_EQ(absl::GetFlag(FLAGS_testName), "flag");
  EXPECT_EQ(absl::GetFlag(FLAGS_testCount), 4);
}

TEST_F(CommandLineTest, EmptyVariableIsNone) {
  setenv("TEST_TESTCOUNT", "", 1);
  ASSERT_EQ(Parse({}), absl::OkStatus());
  EXPECT_EQ(absl::GetFlag(FLAGS_testCount), 1);
}

TEST_F(CommandLineTest, VariableThatDoesNotFitIsNamed) {
  setenv("TEST_TESTCOUNT", "many", 1);
  const absl::Status status = Parse({});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("TEST_TESTCOUNT=many"), absl::string_view::npos) << status;
}

TEST_F(CommandLineTest, ArgumentThatIsNoFlagIsNamed) {
  const absl::Status status = Parse({"-testCount=2", "start"});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("'start'"), absl::string_view::npos) << status;
}

TEST_F(CommandLineTest, TellsWhereEachValueComesFrom) {
  const auto sources = [](std::initializer_list<std::string> arguments) {
    const auto settings = ParseSettings(arguments);
    EXPECT_TRUE(settings.ok()) << settings.status();
    std::vector<std::string> told;
    for (const Setting& setting : *settings) {
      if (setting.flag.find("test") != 0) continue;
      told.push_back(absl::StrCat(setting.flag, "=", setting.value, " by ", setting.source));
    }
    return told;
  };
  using Told = std::vector<std::string>;
  EXPECT_EQ(sources({}), (Told{"testCount=1 by default", "testName=default by default"}));
  const std::string path = WriteFlagFile("--testName=file\n--testCount=3\n");
  setenv("TEST_TESTCOUNT", "4", 1);
  EXPECT_EQ(sources({absl::StrCat("--flagfile=", path)}),
            (Told{"testCount=4 by TEST_TESTCOUNT", "testName=file by flag file"}));
  EXPECT_EQ(sources({"-testCount", "5"}),
            (Told{"testCount=5 by command line", "testName=file by flag file"}));
}

using CommandLineDeathTest = CommandLineTest;

TEST_F(CommandLineDeathTest, UnknownFlagIsAnErrorThatNamesIt) {
  EXPECT_EXIT(Parse({"-testNam=x"}).IgnoreError(), ::testing::ExitedWithCode(1), "testNam");
}

TEST_F(CommandLineDeathTest, UnknownFlagInAFileIsAnErrorThatNamesIt) {
  const std::string path = WriteFlagFile("--testKount=3\n");
  EXPECT_EXIT(Parse({absl::StrCat("-flagfile=", path)}).IgnoreError(), ::testing::ExitedWithCode(1),
              "testKount");
}

TEST_F(CommandLineDeathTest, VersionEndsWell) {
  EXPECT_EXIT(Parse({"-version"}).IgnoreError(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace bellwether

// Its own, because flags are declared beside a main.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
