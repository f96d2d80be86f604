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
