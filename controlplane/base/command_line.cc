#include "controlplane/base/command_line.h"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/parse.h"
#include "absl/flags/reflection.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace bellwether {
namespace {

// Abseil has flags of its own (--help, --flagfile ...), which are nobody's configuration.
bool IsAbseils(absl::string_view file) { return absl::StrContains(file, "absl/flags/"); }

void Describe(const ProgramDescription& program) {
  // Abseil takes a usage message only once.
  static const bool kDescribed = [&program] {
    absl::SetProgramUsageMessage(program.usage);
    absl::FlagsUsageConfig config;
    config.version_string = [version = program.version] { return absl::StrCat(version, "\n"); };
    config.contains_help_flags = [](absl::string_view file) { return !IsAbseils(file); };
    absl::SetFlagsUsageConfig(config);
    return true;
  }();
  static_cast<void>(kDescribed);
}

// Which arguments name flag files, and which do not. Abseil lets the last one win, so it is enough
// to bring them into order.
struct Arguments {
  std::vector<std::string> flag_files;
  std::vector<std::string> others;
};

Arguments Sort(int argc, char** argv) {
  Arguments arguments;
  int i = 1;
  for (; i < argc && absl::string_view(argv[i]) != "--"; ++i) {
    absl::string_view name = argv[i];
    const bool is_flag = absl::ConsumePrefix(&name, "--") || absl::ConsumePrefix(&name, "-");
    if (is_flag && absl::StartsWith(name, "flagfile=")) {
      arguments.flag_files.emplace_back(argv[i]);
    } else if (is_flag && name == "flagfile" && i + 1 < argc) {
      arguments.flag_files.push_back(absl::StrCat("--flagfile=", argv[++i]));
    } else {
      arguments.others.emplace_back(argv[i]);
    }
  }
  for (; i < argc; ++i) arguments.others.emplace_back(argv[i]);
  return arguments;
}

// The environment as arguments.
absl::StatusOr<std::vector<std::string>> ReadVariables(const ProgramDescription& program) {
  std::vector<std::string> arguments;
  for (auto& [name, flag] : absl::GetAllFlags()) {
    if (IsAbseils(flag->Filename())) continue;
    const std::string variable = program.variable_of(name);
    if (variable.empty()) continue;
    const char* const value = std::getenv(variable.c_str());
    if (value == nullptr || *value == '\0') continue;
    // Tried here already, so that an error can name the variable.
    std::string error;
    if (!flag->ParseFrom(value, &error)) {
      return absl::InvalidArgumentError(absl::StrCat("environment variable ", variable, "=", value,
                                                     " does not fit flag -", name, ": ", error));
    }
    arguments.push_back(absl::StrCat("--", name, "=", value));
  }
  return arguments;
}

// The flags that `arguments` set. What only looks like one is harmless: no flag has its name.
std::set<std::string> FlagNames(const std::vector<std::string>& arguments) {
  std::set<std::string> names;
  for (absl::string_view name : arguments) {
    if (!absl::ConsumePrefix(&name, "--") && !absl::ConsumePrefix(&name, "-")) continue;
    name = name.substr(0, name.find('='));
    // --noinsecure is --insecure=false.
    if (absl::FindCommandLineFlag(name) == nullptr) absl::ConsumePrefix(&name, "no");
    names.emplace(name);
  }
  return names;
}

std::vector<Setting> Settings(const ProgramDescription& program,
                              const std::set<std::string>& by_variable,
                              const std::set<std::string>& by_argument) {
  std::vector<Setting> settings;
  for (auto& [name, flag] : absl::GetAllFlags()) {
    if (IsAbseils(flag->Filename())) continue;
    Setting setting{std::string(name), flag->CurrentValue(), "default"};
    if (by_argument.count(setting.flag) > 0) {
      setting.source = "command line";
    } else if (by_variable.count(setting.flag) > 0) {
      setting.source = program.variable_of(name);
    } else if (setting.value != flag->DefaultValue()) {
      setting.source = "flag file";
    }
    settings.push_back(std::move(setting));
  }
  std::sort(settings.begin(), settings.end(),
            [](const Setting& a, const Setting& b) { return a.flag < b.flag; });
  return settings;
}

}  // namespace

absl::StatusOr<std::vector<Setting>> ParseCommandLine(int argc, char** argv,
                                                      const ProgramDescription& program) {
  Describe(program);
  const absl::StatusOr<std::vector<std::string>> variables = ReadVariables(program);
  if (!variables.ok()) return variables.status();
  const Arguments arguments = Sort(argc, argv);
  std::vector<std::string> in_order = {argc > 0 ? argv[0] : ""};
  for (const auto* const part : {&arguments.flag_files, &*variables, &arguments.others}) {
    in_order.insert(in_order.end(), part->begin(), part->end());
  }
  std::vector<char*> pointers;
  for (std::string& argument : in_order) pointers.push_back(argument.data());
  const std::vector<char*> rest =
      absl::ParseCommandLine(static_cast<int>(pointers.size()), pointers.data());
  if (rest.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("unexpected argument '", rest[1], "': flags begin with a dash; see --help"));
  }
  return Settings(program, FlagNames(*variables), FlagNames(arguments.others));
}

}  // namespace bellwether
