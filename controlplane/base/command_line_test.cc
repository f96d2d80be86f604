#include "controlplane/base/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <initializer_list>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

ABSL_FLAG(std::string, testName, "default", "a name");
ABSL_FLAG(int, testCount, 1, "a number");
ABSL_FLAG(absl::Duration, testTime, absl::Seconds(3), "a time");
ABSL_FLAG(bool, testSwitch, true, "a switch");
ABSL_FLAG(std::string, testSecret, "", "a secret");
ABSL_FLAG(std::string, testSource, "", "where from");

namespace bellwether {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

absl::StatusOr<CommandLine> ParseAll(std::initializer_list<std::string> arguments) {
  std::vector<std::string> storage = {"program"};
  storage.insert(storage.end(), arguments);
  std::vector<char*> argv;
  for (std::string& argument : storage) argv.push_back(argument.data());
  ProgramDescription program;
  program.name = "program";
  program.summary = "a program";
  program.version = "program 1.2.3";
  program.variable_of = [](absl::string_view flag) {
    return absl::StrCat("TEST_", absl::AsciiStrToUpper(flag));
  };
  program.groups = {{"Numbers", {"testCount", "testTime"}}, {"Commands", {"testSource"}}};
  program.commands = {{"copy", "copies something", {"testSource", "testName"}}};
  program.secrets = {"testSecret"};
  return ParseCommandLine(static_cast<int>(argv.size()), argv.data(), program);
}

absl::StatusOr<std::vector<Setting>> ParseSettings(std::initializer_list<std::string> arguments) {
  absl::StatusOr<CommandLine> parsed = ParseAll(arguments);
  if (!parsed.ok()) return parsed.status();
  return parsed->settings;
}

absl::Status Parse(std::initializer_list<std::string> arguments) {
  return ParseAll(arguments).status();
}

// Expects a refusal, and returns its text.
std::string Refusal(std::initializer_list<std::string> arguments) {
  const absl::Status status = Parse(arguments);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
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
  EXPECT_NE(status.message().find("TEST_TESTCOUNT"), absl::string_view::npos) << status;
  EXPECT_NE(status.message().find("many"), absl::string_view::npos) << status;
}

TEST_F(CommandLineTest, ArgumentThatIsNoFlagIsNamed) {
  const absl::Status status = Parse({"-testCount=2", "start"});
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(status.message().find("start"), absl::string_view::npos) << status;
}

TEST_F(CommandLineTest, TellsWhereEachValueComesFrom) {
  const auto sources = [](std::initializer_list<std::string> arguments) {
    const auto settings = ParseSettings(arguments);
    EXPECT_TRUE(settings.ok()) << settings.status();
    std::vector<std::string> told;
    for (const Setting& setting : *settings) {
      if (setting.flag != "testName" && setting.flag != "testCount") continue;
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
  EXPECT_EQ(sources({absl::StrCat("--flagfile=", path), "-testCount", "5"}),
            (Told{"testCount=5 by command line", "testName=file by flag file"}));
}

TEST_F(CommandLineTest, SwitchesTakeAValueOrNone) {
  ASSERT_EQ(Parse({"-notestSwitch"}), absl::OkStatus());
  EXPECT_FALSE(absl::GetFlag(FLAGS_testSwitch));
  ASSERT_EQ(Parse({"--testSwitch"}), absl::OkStatus());
  EXPECT_TRUE(absl::GetFlag(FLAGS_testSwitch));
  ASSERT_EQ(Parse({"--testSwitch=false"}), absl::OkStatus());
  EXPECT_FALSE(absl::GetFlag(FLAGS_testSwitch));
  EXPECT_THAT(Refusal({"--testSwitch=perhaps"}), HasSubstr("true or false"));
}

TEST_F(CommandLineTest, UnknownFlagIsAnErrorWithTheOneThatIsMeant) {
  EXPECT_THAT(Refusal({"-testNam=x"}), AllOf(HasSubstr("testNam"), HasSubstr("--testName?")));
  EXPECT_THAT(Refusal({"--colour=x"}), HasSubstr("colour"));
  const std::string path = WriteFlagFile("# comment\n\n  --testKount=3\n");
  EXPECT_THAT(Refusal({absl::StrCat("-flagfile=", path)}),
              AllOf(HasSubstr("testKount"), HasSubstr("--testCount?"), HasSubstr(":3")));
}

TEST_F(CommandLineTest, ATimeWithoutAUnitGetsAHint) {
  EXPECT_THAT(Refusal({"--testTime=3"}), HasSubstr("--testTime=3s?"));
  EXPECT_THAT(Refusal({"--testTime=soon"}), HasSubstr("1m30s"));
  EXPECT_THAT(Refusal({"--testCount=3s"}), HasSubstr("whole number"));
  ASSERT_EQ(Parse({"--testTime=0"}), absl::OkStatus());
}

TEST_F(CommandLineTest, ValuesWithAccidentsAreRefusedWhateverSetsThem) {
  EXPECT_THAT(Refusal({"--testName=data "}), HasSubstr("--testName"));
  EXPECT_THAT(Refusal({"--testName", "\"data\""}), HasSubstr("--testName"));
  EXPECT_THAT(Refusal({"--testCount= 3"}), HasSubstr("--testCount"));
  const std::string path = WriteFlagFile("--testCount=3\r\n");
  EXPECT_THAT(Refusal({absl::StrCat("--flagfile=", path)}), HasSubstr(":1"));
  setenv("TEST_TESTNAME", "data\r\n", 1);
  EXPECT_THAT(Refusal({}), HasSubstr("TEST_TESTNAME"));
}

TEST_F(CommandLineTest, SecretsAreTrimmedAndNeverShown) {
  ASSERT_EQ(Parse({"--testSecret= s3cret\r\n"}), absl::OkStatus());
  EXPECT_EQ(absl::GetFlag(FLAGS_testSecret), "s3cret");
  EXPECT_THAT(Refusal({"--testSecret='s3cret'"}),
              AllOf(HasSubstr("--testSecret"), Not(HasSubstr("s3cret'"))));
}

TEST_F(CommandLineTest, FlagFilesMayNameFlagFilesButNotThemselves) {
  const std::string inner = absl::StrCat(::testing::TempDir(), "/inner");
  std::ofstream(inner) << "--testCount=5\n";
  const std::string path = WriteFlagFile(absl::StrCat("--flagfile=", inner, "\n"));
  ASSERT_EQ(Parse({absl::StrCat("--flagfile=", path)}), absl::OkStatus());
  EXPECT_EQ(absl::GetFlag(FLAGS_testCount), 5);
  WriteFlagFile(absl::StrCat("--flagfile=", path, "\n"));
  EXPECT_THAT(Refusal({absl::StrCat("--flagfile=", path)}), HasSubstr("itself"));
  EXPECT_THAT(Refusal({"--flagfile=/nowhere/flags"}), HasSubstr("/nowhere/flags"));
  EXPECT_THAT(Refusal({absl::StrCat("--flagfile=", WriteFlagFile("testCount=3\n"))}),
              HasSubstr(":1"));
}

TEST_F(CommandLineTest, CommandsTakeTheirOwnFlagsAlone) {
  const auto copy = ParseAll({"copy", "--testSource=a", "--testName=b"});
  ASSERT_TRUE(copy.ok()) << copy.status();
  EXPECT_EQ(copy->command, "copy");
  EXPECT_EQ(ParseAll({"--testName=b"})->command, "");
  EXPECT_THAT(Refusal({"copy", "--testCount=2"}), HasSubstr("--testCount"));
  EXPECT_THAT(Refusal({"--testSource=a"}), HasSubstr("copy"));
  EXPECT_THAT(Refusal({"coppy"}), HasSubstr("did you mean copy?"));
}

TEST_F(CommandLineTest, HelpAndVersionAreAnsweredInEveryForm) {
  for (const std::string word : {"--help", "-help", "-h", "help"}) {
    const auto help = ParseAll({word});
    ASSERT_TRUE(help.ok()) << help.status();
    EXPECT_THAT(help->answer,
                AllOf(HasSubstr("a program"), HasSubstr("Numbers:"), HasSubstr("testTime=3s"),
                      HasSubstr("TEST_TESTCOUNT"), HasSubstr("copies something"),
                      HasSubstr("Other:"), HasSubstr("testSwitch"), Not(HasSubstr(".cc"))));
  }
  for (const std::string word : {"--version", "-version", "version"}) {
    EXPECT_EQ(ParseAll({word})->answer, "program 1.2.3\n");
  }
  EXPECT_EQ(ParseAll({"copy", "--help"})->answer, ParseAll({"help", "copy"})->answer);
  EXPECT_THAT(ParseAll({"copy", "-h"})->answer,
              AllOf(HasSubstr("testSource"), Not(HasSubstr("testCount"))));
  EXPECT_EQ(ParseAll({"help", "--testCount=2"})->answer, ParseAll({"help"})->answer);
  // Also where something else is wrong.
  setenv("TEST_TESTCOUNT", "many", 1);
  EXPECT_TRUE(ParseAll({"--help"}).ok());
}

}  // namespace
}  // namespace bellwether

// A separate main, because flags are declared next to a main.
int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
