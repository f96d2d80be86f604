// What an operator sees who starts the control plane: right, wrong, twice, and stops it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <fstream>
#include <string>
#include <vector>

#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace bellwether {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// A control plane that is told to start and refuses.
CommandResult StartAndFail(const std::vector<std::string>& flags,
                           const Process::Environment& environment = {}) {
  const TempDir directory;
  std::vector<std::string> command = {ProgramFromEnvironment("BELLWETHER"),
                                      "--agent_address=127.0.0.1:0", "--admin_address=127.0.0.1:0",
                                      "--metrics_address=127.0.0.1:0",
                                      "--data_dir=" + directory.path() + "/data"};
  command.insert(command.end(), flags.begin(), flags.end());
  return RunCommand(command, environment);
}

TEST(CommandLineTest, MistypedFlagIsAnErrorThatNamesIt) {
  const CommandResult result = StartAndFail({"--admin_adress=127.0.0.1:1"});
  EXPECT_NE(result.status, 0);
  EXPECT_THAT(result.output, HasSubstr("admin_adress"));
}

TEST(CommandLineTest, BadValueIsAnErrorThatNamesTheFlag) {
  const CommandResult flag = StartAndFail({"--heartbeat_interval=soon"});
  EXPECT_NE(flag.status, 0);
  EXPECT_THAT(flag.output, HasSubstr("heartbeat_interval"));
  const CommandResult variable = StartAndFail({}, {{"BELLWETHER_HEARTBEAT_INTERVAL", "soon"}});
  EXPECT_NE(variable.status, 0);
  EXPECT_THAT(variable.output, HasSubstr("BELLWETHER_HEARTBEAT_INTERVAL"));
  const CommandResult impossible = StartAndFail({"--heartbeat_interval=0s"});
  EXPECT_NE(impossible.status, 0);
  EXPECT_THAT(impossible.output, HasSubstr("heartbeat_interval"));
}

TEST(CommandLineTest, FlagBeatsVariableBeatsFile) {
  const TempDir directory;
  const std::string file = directory.path() + "/flags";
  // Each of these would be refused as an address: which of them is named tells which one counted.
  std::ofstream(file) << "--agent_address=file.invalid:1\n";
  EXPECT_THAT(StartAndFail({"--agent_address=flag.invalid:1", "--flagfile=" + file},
                           {{"BELLWETHER_AGENT_ADDRESS", "variable.invalid:1"}})
                  .output,
              HasSubstr("flag.invalid"));
  const std::vector<std::string> command = {
      ProgramFromEnvironment("BELLWETHER"), "--metrics_address=127.0.0.1:0",
      "--data_dir=" + directory.path() + "/data", "--flagfile=" + file};
  EXPECT_THAT(RunCommand(command, {{"BELLWETHER_AGENT_ADDRESS", "variable.invalid:1"}}).output,
              HasSubstr("variable.invalid"));
  EXPECT_THAT(RunCommand(command).output, HasSubstr("file.invalid"));
}

TEST(CommandLineTest, ConfigurationIsCheckedWithoutStarting) {
  const CommandResult good = StartAndFail({"--validate_config"});
  EXPECT_EQ(good.status, 0) << good.output;
  EXPECT_EQ(good.output, "the configuration is in order\n");
  const auto expect_wrong = [](const std::vector<std::string>& flags, const std::string& says) {
    std::vector<std::string> all = {"--validate_config"};
    all.insert(all.end(), flags.begin(), flags.end());
    const CommandResult wrong = StartAndFail(all);
    EXPECT_EQ(wrong.status, 1) << says;
    EXPECT_THAT(wrong.output, HasSubstr(says));
  };
  expect_wrong({"--agent_address=0.0.0.0:7420"}, "--agent_tls_cert");
  expect_wrong({"--admin_tls_cert=/nowhere.pem"}, "--admin_tls_key");
  expect_wrong({"--log_format=xml"}, "text or json");
  expect_wrong({"--log_level=loud"}, "debug, info, warning or error");
  expect_wrong({"--max_open_files=0"}, "--max_open_files");
}

TEST(CommandLineTest, PrintedConfigurationIsAFlagFile) {
  const TempDir directory;
  const std::vector<std::string> print = {ProgramFromEnvironment("BELLWETHER"), "--print_config"};
  std::vector<std::string> command = print;
  command.emplace_back("--heartbeat_interval=7s");
  const CommandResult printed = RunCommand(command, {{"BELLWETHER_PLAN_INTERVAL", "20s"}});
  EXPECT_EQ(printed.status, 0);
  EXPECT_THAT(printed.output, AllOf(HasSubstr("# command line\n--heartbeat_interval=7s\n"),
                                    HasSubstr("# BELLWETHER_PLAN_INTERVAL\n--plan_interval=20s\n"),
                                    HasSubstr("# default\n--log_format=text\n")));
  const std::string file = directory.path() + "/flags";
  std::ofstream(file) << printed.output;
  command = print;
  command.push_back("--flagfile=" + file);
  const CommandResult again = RunCommand(command);
  EXPECT_THAT(again.output, AllOf(HasSubstr("# flag file\n--heartbeat_interval=7s\n"),
                                  HasSubstr("# flag file\n--plan_interval=20s\n")));
}

TEST(CommandLineTest, LogsAreJsonAndAsQuietAsOneWants) {
  ControlPlaneProcess plane({"--log_format=json"});
  EXPECT_THAT(plane.process().Output(), HasSubstr("\"event\":\"the control plane is ready\""));
  EXPECT_EQ(plane.Stop(SIGTERM), 0);
  const CommandResult quiet = StartAndFail(
      {"--log_level=error", "--agent_address=192.0.2.1:1", "--insecure", "--authentication=off"});
  EXPECT_EQ(quiet.status, 1);
  EXPECT_THAT(quiet.output, HasSubstr("level=error"));
  EXPECT_THAT(quiet.output, testing::Not(HasSubstr("level=info")));
}

TEST(CommandLineTest, SighupTakesOverLevelsAndAMistakeChangesNothing) {
  const TempDir directory;
  const std::string file = directory.path() + "/flags";
  std::ofstream(file) << "--log_level=info\n";
  ControlPlaneProcess plane({"--flagfile=" + file});
  const auto reload = [&](const std::string& flags) {
    std::ofstream(file) << flags;
    plane.process().Signal(SIGHUP);
  };
  reload("--log_format=json\n--plan_interval=1m\n");
  EXPECT_THAT(plane.process().WaitForLine("the configuration is read again"),
              AllOf(HasSubstr("\"log_format\":\"json\""),
                    HasSubstr("\"changed_at_the_next_start\":\"plan_interval\"")));
  reload("--log_level=loud\n");
  EXPECT_THAT(plane.process().WaitForLine("the configuration is not taken over"),
              AllOf(HasSubstr("\"level\":\"error\""), HasSubstr("debug, info, warning or error")));
  reload("--log_lewel=info\n");
  EXPECT_THAT(plane.process().WaitForLine("log_lewel"), HasSubstr("not taken over"));
  // Fewer than it takes; then a number that is all right.
  reload("--log_format=json\n--max_open_files=100\n");
  EXPECT_THAT(plane.process().WaitForLine("let it have 1024 at least"),
              HasSubstr("the configuration is not taken over"));
  reload("--log_format=json\n--max_open_files=1500\n");
  EXPECT_THAT(plane.process().WaitForLine("\"max_open_files\":\"1500\""),
              AllOf(HasSubstr("read again"), HasSubstr("\"changed_at_the_next_start\":\"\"")));
  EXPECT_THAT(
      RunCommand({"cat", "/proc/" + std::to_string(plane.process().pid()) + "/limits"}).output,
      testing::ContainsRegex("Max open files +1500 "));
  // What is no longer in the file is as it was before.
  reload("--log_level=debug\n");
  EXPECT_THAT(plane.process().WaitForLine("log_level=debug"),
              AllOf(HasSubstr("read again"), HasSubstr("log_format=text")));
  EXPECT_EQ(plane.Stop(SIGTERM), 0);
}

TEST(CommandLineTest, TakenAddressAndTakenDataAreRefusedWithTheRemedy) {
  ControlPlaneProcess plane;
  EXPECT_THAT(StartAndFail({"--admin_address=" + plane.admin_address()}).output,
              AllOf(HasSubstr(plane.admin_address()), HasSubstr("admin_address")));
  const std::string data_dir = plane.data_dir();
  const CommandResult second = StartAndFail({"--data_dir=" + data_dir});
  EXPECT_EQ(second.status, 1);
  EXPECT_THAT(second.output, AllOf(HasSubstr(data_dir), HasSubstr("process")));
}

TEST(CommandLineTest, SigtermEndsItCleanly) {
  ControlPlaneProcess plane;
  EXPECT_EQ(plane.Stop(SIGTERM), 0);
}

}  // namespace
}  // namespace bellwether
