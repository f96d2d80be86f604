#include "controlplane/base/environment.h"

#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

ProgramDescription Program() {
  ProgramDescription program;
  program.name = "program";
  program.variable_of = [](absl::string_view flag) -> std::string {
    if (flag == "zone") return "OTHERVENDOR_ZONE_NAME";
    return absl::StrCat("ETEST_", absl::AsciiStrToUpper(flag));
  };
  program.variable_prefix = "ETEST_";
  program.foreign_variables = {"ETEST_AGENT_TOPICS"};
  return program;
}

// Sets a variable for as long as it lives.
class Variable {
 public:
  Variable(const std::string& name, const std::string& value) : name_(name) {
    setenv(name.c_str(), value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_.c_str()); }

 private:
  const std::string name_;
};

absl::Status Check(const std::string& name, const std::string& value = "x") {
  const Variable variable(name, value);
  return CheckEnvironment(Program(), {"authentication", "data_dir", "zone"});
}

TEST(EnvironmentTest, OwnAndForeignVariablesAreKnown) {
  EXPECT_TRUE(Check("ETEST_AUTHENTICATION").ok());
  EXPECT_TRUE(Check("ETEST_AGENT_TOPICS").ok());
  EXPECT_TRUE(Check("OTHERVENDOR_ZONE_NAME").ok());
  EXPECT_TRUE(Check("OTHERVENDOR_LOG_LEVEL").ok());
  EXPECT_TRUE(Check("ETEST").ok());
  EXPECT_TRUE(Check("PATH_OF_NOBODY").ok());
}

TEST(EnvironmentTest, AnUnknownVariableIsRefusedWithTheOneThatIsMeant) {
  const absl::Status misspelt = Check("ETEST_AUTHENTICATON");
  EXPECT_EQ(misspelt.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(misspelt.message().find("ETEST_AUTHENTICATION?"), absl::string_view::npos) << misspelt;
  EXPECT_NE(Check("ETEST_AGENT_TOPIC").message().find("ETEST_AGENT_TOPICS?"),
            absl::string_view::npos);
  EXPECT_FALSE(Check("ETEST_COLOUR").ok());
  // A wrong name is wrong without a value too.
  EXPECT_FALSE(Check("ETEST_COLOUR", "").ok());
  // Another vendor's name that is nearly one of ours.
  EXPECT_NE(Check("OTHERVENDOR_ZONE_NAMES").message().find("OTHERVENDOR_ZONE_NAME?"),
            absl::string_view::npos);
}

TEST(EnvironmentTest, VariablesOfServicesAreLeftAlone) {
  for (const std::string name :
       {"ETEST_SERVICE_HOST", "ETEST_SERVICE_PORT", "ETEST_SERVICE_PORT_AGENTS",
        "ETEST_AGENT_SERVICE_HOST", "ETEST_PORT_7420_TCP", "ETEST_PORT_7420_TCP_ADDR",
        "ETEST_PORT_7420_TCP_PORT", "ETEST_PORT_7420_TCP_PROTO", "ETEST_PORT_53_UDP"}) {
    EXPECT_TRUE(Check(name).ok()) << name;
  }
  EXPECT_TRUE(Check("ETEST_PORT", "tcp://10.96.0.1:7420").ok());
  EXPECT_FALSE(Check("ETEST_PORT", "7420").ok());
}

}  // namespace
}  // namespace bellwether
