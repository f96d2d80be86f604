// What an operator sees who starts the control plane: right, wrong, twice, and stops it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace bellwether {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

// Runs a program to its end, or for 20 seconds: one that starts although it should refuse does not
// end, and then has the status 124.
CommandResult RunToItsEnd(const std::vector<std::string>& program,
                          const Process::Environment& environment) {
  std::vector<std::string> command = {"/usr/bin/timeout", "20"};
  command.insert(command.end(), program.begin(), program.end());
  return RunCommand(command, environment);
}

// A control plane that refuses to start.
CommandResult StartAndFail(const std::vector<std::string>& flags,
                           const Process::Environment& environment = {}) {
  const TempDir directory;
  std::vector<std::string> command = {ProgramFromEnvironment("BELLWETHER"),
                                      "--agent_address=127.0.0.1:0", "--admin_address=127.0.0.1:0",
                                      "--metrics_address=127.0.0.1:0",
                                      "--data_dir=" + directory.path() + "/data"};
  command.insert(command.end(), flags.begin(), flags.end());
  return RunToItsEnd(command, environment);
}

// The reference agent with these flags, run to its end.
CommandResult RunAgent(const std::vector<std::string>& flags,
                       const Process::Environment& environment = {}) {
  const TempDir directory;
  std::vector<std::string> command = {ProgramFromEnvironment("BELLWETHER_AGENT")};
  command.insert(command.end(), flags.begin(), flags.end());
  command.push_back("-stateDir=" + directory.path());
  return RunToItsEnd(command, environment);
}

CommandResult RunControlPlane(const std::vector<std::string>& arguments,
                              const Process::Environment& environment = {}) {
  std::vector<std::string> command = {ProgramFromEnvironment("BELLWETHER")};
  command.insert(command.end(), arguments.begin(), arguments.end());
  return RunCommand(command, environment);
}

// Every match of `pattern` in `text`.
std::set<std::string> Matches(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  return {std::sregex_token_iterator(text.begin(), text.end(), expression),
          std::sregex_token_iterator()};
}

// Every file below a directory with its size and the time of its last change.
std::string Snapshot(const std::string& directory) {
  std::string files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    const auto changed = entry.last_write_time().time_since_epoch().count();
    files += entry.path().string() + " " + std::to_string(changed) + " " +
             (entry.is_regular_file() ? std::to_string(entry.file_size()) : "") + "\n";
  }
  return files;
}

TEST(CommandLineTest, HelpIsAnAnswerAndNoError) {
  for (const auto& arguments :
       std::vector<std::vector<std::string>>{{"--help"}, {"-h"}, {"help"}}) {
    const CommandResult help = RunControlPlane(arguments);
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.output, AllOf(HasSubstr("--agent_address=127.0.0.1:7420"),
                                   HasSubstr("BELLWETHER_AGENT_ADDRESS"), HasSubstr("restore"),
                                   Not(HasSubstr(".cc")), Not(HasSubstr("Other:"))));
    const CommandResult agent = RunAgent(arguments);
    EXPECT_EQ(agent.status, 0);
    EXPECT_THAT(agent.output, AllOf(HasSubstr("-topics"), HasSubstr("WARPSTREAM_AGENT_POOL_NAME"),
                                    Not(HasSubstr(".cc")), Not(HasSubstr("Other:"))));
  }
  for (const std::string command : {"restore", "export", "import", "inspect"}) {
    const CommandResult help = RunControlPlane({command, "--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_THAT(help.output, AllOf(HasSubstr("bellwether " + command), HasSubstr("--data_dir"),
                                   Not(HasSubstr("--heartbeat_interval"))));
  }
}

TEST(CommandLineTest, VersionNamesCommitAndParts) {
  for (const std::string word : {"--version", "version"}) {
    const CommandResult version = RunControlPlane({word});
    EXPECT_EQ(version.status, 0);
    EXPECT_THAT(version.output,
                testing::ContainsRegex(
                    "^bellwether [0-9.]+ \\(commit [^ ,]+, gRPC [0-9.]+, RocksDB [0-9.]+\\)"));
    EXPECT_THAT(RunAgent({word}).output,
                testing::ContainsRegex("^bellwether-agent [0-9.]+ \\(commit [^ ,]+, gRPC [0-9.]+"));
  }
}

TEST(CommandLineTest, MistypedFlagOrCommandIsAnErrorWithTheOneThatIsMeant) {
  const CommandResult flag = StartAndFail({"--admin_adress=127.0.0.1:1"});
  EXPECT_EQ(flag.status, 1);
  EXPECT_THAT(flag.output, AllOf(HasSubstr("admin_adress"), HasSubstr("--admin_address?")));
  const CommandResult agent = RunAgent({"-controlPlaneAdress=127.0.0.1:1"});
  EXPECT_EQ(agent.status, 1);
  EXPECT_THAT(agent.output, HasSubstr("-controlPlaneAddress?"));
  const CommandResult command = RunControlPlane({"inspekt"});
  EXPECT_EQ(command.status, 1);
  EXPECT_THAT(command.output, HasSubstr("did you mean inspect?"));
  EXPECT_THAT(RunControlPlane({"inspect", "--backup=x"}).output, HasSubstr("--backup"));
  EXPECT_THAT(StartAndFail({"--heartbeat_interval=3"}).output,
              HasSubstr("--heartbeat_interval=3s?"));
}

TEST(CommandLineTest, AMisspeltVariableIsAnErrorOfBothPrograms) {
  for (const auto& [misspelt, meant] :
       Process::Environment{{"BELLWETHER_ADMIN_TLS_CLIENT_CAS", "BELLWETHER_ADMIN_TLS_CLIENT_CA?"},
                            {"BELLWETHER_AUTHENTICATON", "BELLWETHER_AUTHENTICATION?"},
                            {"BELLWETHER_AGENT_TOPIC", "BELLWETHER_AGENT_TOPICS?"}}) {
    for (const CommandResult& result :
         {StartAndFail({}, {{misspelt, "x"}}), RunAgent({}, {{misspelt, "x"}})}) {
      EXPECT_EQ(result.status, 1) << misspelt;
      EXPECT_THAT(result.output, AllOf(HasSubstr(misspelt), HasSubstr(meant)));
    }
  }
  EXPECT_THAT(RunAgent({}, {{"WARPSTREAM_AGENT_POOL_NAM", "apn_x"}}).output,
              HasSubstr("WARPSTREAM_AGENT_POOL_NAME?"));
}

TEST(CommandLineTest, EachProgramKnowsTheVariablesOfBothAndOfServices) {
  const std::string variable = "(BELLWETHER|WARPSTREAM)_[A-Z_]+";
  const std::set<std::string> own = Matches(RunControlPlane({"--help"}).output, variable);
  const std::set<std::string> agents = Matches(RunAgent({"--help"}).output, variable);
  ASSERT_GT(own.size(), 20u);
  ASSERT_GT(agents.size(), 20u);
  Process::Environment for_agent = {{"BELLWETHER_SERVICE_HOST", "10.0.0.1"},
                                    {"BELLWETHER_PORT_7420_TCP", "tcp://10.0.0.1:7420"},
                                    {"BELLWETHER_PORT", "tcp://10.0.0.1:7420"}};
  Process::Environment for_control_plane = for_agent;
  for (const std::string& name : own) {
    EXPECT_EQ(agents.count(name), 0u) << name;
    for_agent.emplace_back(name, "x");
  }
  for (const std::string& name : agents) for_control_plane.emplace_back(name, "x");
  EXPECT_THAT(RunControlPlane({"--print_config"}, for_control_plane).status, 0);
  EXPECT_THAT(RunAgent({"-roles=nothing"}, for_agent).output,
              AllOf(HasSubstr("-roles"), Not(HasSubstr("BELLWETHER"))));
}

TEST(CommandLineTest, ValuesWithWhiteSpaceLineEndsOrQuotesAreRefused) {
  const TempDir directory;
  for (const std::string value : {"data\r", "data ", "\"data\"", " data"}) {
    const std::string path = directory.path() + "/" + value;
    for (const CommandResult& result :
         {StartAndFail({"--data_dir=" + path + "\r"}), StartAndFail({"--cluster_uid=" + value}),
          StartAndFail({}, {{"BELLWETHER_CLUSTER_UID", value}})}) {
      EXPECT_EQ(result.status, 1) << value;
    }
  }
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
  for (const std::string zone : {"us-east-1a\n", "'us-east-1a '"}) {
    const CommandResult variable = RunAgent({}, {{"WARPSTREAM_AVAILABILITY_ZONE", zone}});
    EXPECT_EQ(variable.status, 1);
    EXPECT_THAT(variable.output, HasSubstr("WARPSTREAM_AVAILABILITY_ZONE"));
    EXPECT_THAT(RunAgent({"-availabilityZone=" + zone}).output, HasSubstr("-availabilityZone"));
  }
  EXPECT_THAT(RunAgent({"-agentGroup=\"blue\n\""}).output, HasSubstr("-agentGroup"));
  for (const std::string address : {"PLAINTEXT://h1:9092", "$(POD_NAME).x", "{{host}}", "b c"}) {
    const CommandResult advertised =
        RunAgent({"-kafkaAddress=127.0.0.1:0", "-advertisedAddress=" + address});
    EXPECT_EQ(advertised.status, 1) << address;
    EXPECT_THAT(advertised.output, HasSubstr("-advertisedAddress")) << address;
  }
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
  // Each of these would be refused as an address: the address in the error shows which source
  // counted.
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
  EXPECT_EQ(good.output, "the configuration is valid\n");
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
  expect_wrong({"--data_dir="}, "--data_dir");
  expect_wrong({"--data_dir=/proc/foo"}, "/proc/foo");
  expect_wrong({"--data_dir=/nowhere/data"}, "/nowhere");
  expect_wrong({"--cluster_uid=cls_none"}, "--cluster_uid");
  expect_wrong({"--agent_address=127.0.0.1:70000"}, "--agent_address");
  expect_wrong({"--metrics_address=127.0.0.1:none"}, "--metrics_address");
}

TEST(CommandLineTest, CheckingTheConfigurationFindsWhatIsTakenAndChangesNothing) {
  ControlPlaneProcess plane;
  const auto expect_wrong = [](const std::string& flag, const std::string& says) {
    const CommandResult wrong = StartAndFail({"--validate_config", flag});
    EXPECT_EQ(wrong.status, 1) << flag;
    EXPECT_THAT(wrong.output, HasSubstr(says));
  };
  expect_wrong("--data_dir=" + plane.data_dir(), "process");
  expect_wrong("--agent_address=" + plane.agent_address(), "--agent_address");
  expect_wrong("--admin_address=" + plane.admin_address(), "--admin_address");
  expect_wrong("--metrics_address=" + plane.metrics_address(), "--metrics_address");
  expect_wrong("--health_address=" + plane.admin_address(), "--health_address");
  EXPECT_EQ(plane.Stop(SIGTERM), 0);
  const std::string stopped = Snapshot(plane.data_dir());
  const auto check = [&](const std::vector<std::string>& flags) {
    std::vector<std::string> all = {"--validate_config", "--data_dir=" + plane.data_dir()};
    all.insert(all.end(), flags.begin(), flags.end());
    return StartAndFail(all);
  };
  EXPECT_EQ(check({}).status, 0) << check({}).output;
  EXPECT_THAT(check({"--cluster_uid=cls_another"}).output, HasSubstr("--cluster_uid"));
  EXPECT_THAT(check({"--agent_address=" + plane.agent_address(),
                     "--admin_address=" + plane.agent_address()})
                  .output,
              HasSubstr("--admin_address"));
  EXPECT_EQ(Snapshot(plane.data_dir()), stopped);
  const TempDir empty;
  EXPECT_EQ(StartAndFail({"--validate_config", "--data_dir=" + empty.path()}).status, 0);
  EXPECT_EQ(StartAndFail({"--validate_config", "--data_dir=" + empty.path() + "/new"}).status, 0);
  EXPECT_TRUE(std::filesystem::is_empty(empty.path()));
  std::ofstream(empty.path() + "/thesis.txt") << "text";
  EXPECT_THAT(StartAndFail({"--validate_config", "--data_dir=" + empty.path()}).output,
              HasSubstr("thesis.txt"));
}

TEST(CommandLineTest, CheckingTheConfigurationFindsACertificateThatIsNotValid) {
  const TempDir directory;
  const auto make = [&](const std::string& name, const std::string& days) {
    const std::string base = directory.path() + "/" + name;
    const CommandResult request = RunCommand({"openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
                                              "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x",
                                              "-keyout", base + ".key", "-out", base + ".csr"});
    EXPECT_EQ(request.status, 0) << request.output;
    const CommandResult signing =
        RunCommand({"openssl", "x509", "-req", "-in", base + ".csr", "-signkey", base + ".key",
                    "-days", days, "-out", base + ".pem"});
    EXPECT_EQ(signing.status, 0) << signing.output;
    return std::vector<std::string>{"--validate_config", "--admin_tls_cert=" + base + ".pem",
                                    "--admin_tls_key=" + base + ".key"};
  };
  const CommandResult valid = StartAndFail(make("valid", "2"));
  EXPECT_EQ(valid.status, 0) << valid.output;
  const CommandResult expired = StartAndFail(make("expired", "-1"));
  EXPECT_EQ(expired.status, 1);
  EXPECT_THAT(expired.output, AllOf(HasSubstr("--admin_tls_cert"), HasSubstr("expired")));
}

TEST(CommandLineTest, TheStartSaysWhatRuns) {
  ControlPlaneProcess plane({"--authentication=required"});
  const std::string ready = plane.process().WaitForLine("the control plane is ready");
  EXPECT_EQ(LogValue(ready, "authentication"), "required");
  EXPECT_EQ(LogValue(ready, "agent_tls"), "off");
  EXPECT_EQ(LogValue(ready, "virtual_clusters"), "1");
  EXPECT_EQ(LogValue(ready, "data_dir"), plane.data_dir());
  EXPECT_NE(LogValue(ready, "version"), "");
  EXPECT_NE(LogValue(ready, "commit"), "");
  EXPECT_EQ(plane.Stop(SIGTERM), 0);
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
  EXPECT_THAT(quiet.output, Not(HasSubstr("level=info")));
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
  EXPECT_THAT(plane.process().WaitForLine("configuration reloaded"),
              AllOf(HasSubstr("\"log_format\":\"json\""),
                    HasSubstr("\"changed_at_the_next_start\":\"plan_interval\"")));
  reload("--log_level=loud\n");
  EXPECT_THAT(plane.process().WaitForLine("configuration rejected"),
              AllOf(HasSubstr("\"level\":\"error\""), HasSubstr("debug, info, warning or error")));
  reload("--log_lewel=info\n");
  EXPECT_THAT(plane.process().WaitForLine("log_lewel"), HasSubstr("configuration rejected"));
  // Fewer than it takes; then a number that is all right.
  reload("--log_format=json\n--max_open_files=100\n");
  EXPECT_THAT(plane.process().WaitForLine("at least 1024"), HasSubstr("configuration rejected"));
  reload("--log_format=json\n--max_open_files=1500\n");
  EXPECT_THAT(
      plane.process().WaitForLine("\"max_open_files\":\"1500\""),
      AllOf(HasSubstr("configuration reloaded"), HasSubstr("\"changed_at_the_next_start\":\"\"")));
  EXPECT_THAT(
      RunCommand({"cat", "/proc/" + std::to_string(plane.process().pid()) + "/limits"}).output,
      testing::ContainsRegex("Max open files +1500 "));
  // A setting that is removed from the file returns to its default.
  reload("--log_level=debug\n");
  EXPECT_THAT(plane.process().WaitForLine("log_level=debug"),
              AllOf(HasSubstr("configuration reloaded"), HasSubstr("log_format=text")));
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
