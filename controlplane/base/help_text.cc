#include "controlplane/base/help_text.h"

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace bellwether {
namespace {

constexpr size_t kWidth = 96;
constexpr absl::string_view kCommandsTitle = "Commands";

// `text` in lines of kWidth, each after `indent` spaces.
std::string Wrapped(absl::string_view text, size_t indent) {
  std::string lines;
  std::string line(indent, ' ');
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (line.size() > indent && line.size() + 1 + word.size() > kWidth) {
      absl::StrAppend(&lines, line, "\n");
      line.assign(indent, ' ');
    }
    absl::StrAppend(&line, line.size() > indent ? " " : "", word);
  }
  return absl::StrCat(lines, line, "\n");
}

std::string Padded(absl::string_view text, size_t width) {
  return absl::StrCat(text, std::string(text.size() < width ? width - text.size() : 0, ' '));
}

std::string FlagText(const ProgramDescription& program, const absl::CommandLineFlag& flag) {
  std::string text = absl::StrCat("  ", program.dashes, flag.Name());
  const std::string default_value = flag.DefaultValue();
  if (!default_value.empty()) absl::StrAppend(&text, "=", default_value);
  const std::string variable = program.variable_of(flag.Name());
  if (!variable.empty()) text = absl::StrCat(Padded(text, 48), "  ", variable);
  return absl::StrCat(text, "\n", Wrapped(flag.Help(), 6));
}

using Flags = std::map<std::string, absl::CommandLineFlag*>;

std::string GroupText(const ProgramDescription& program, const Flags& flags,
                      const FlagGroup& group) {
  std::string text = absl::StrCat("\n", group.title, ":\n");
  for (const std::string& name : group.flags) {
    const auto flag = flags.find(name);
    if (flag != flags.end()) absl::StrAppend(&text, FlagText(program, *flag->second));
  }
  return text;
}

// Those that are in no group.
FlagGroup OtherFlags(const ProgramDescription& program, const Flags& flags) {
  FlagGroup others{"Other", {}};
  std::set<std::string> grouped;
  for (const FlagGroup& group : program.groups) {
    grouped.insert(group.flags.begin(), group.flags.end());
  }
  for (const auto& [name, flag] : flags) {
    if (grouped.count(name) == 0) others.flags.push_back(name);
  }
  return others;
}

std::string UsageText(const ProgramDescription& program) {
  std::string text = absl::StrCat(program.name, ": ", program.summary, "\n\nUsage:\n  ",
                                  program.name, " [flags]\n");
  if (!program.commands.empty()) absl::StrAppend(&text, "  ", program.name, " <command> [flags]\n");
  absl::StrAppend(&text, "\nCommands:\n");
  for (const Command& command : program.commands) {
    absl::StrAppend(&text, "  ", Padded(command.name, 20), command.summary, "\n");
  }
  return absl::StrCat(
      text, "  help                this text; with the name of a command, how that is used\n",
      "  version             versions of this program and of its parts\n\n",
      "Each flag is shown with its default and the environment variable that sets "
      "it. A flag overrides\nits variable, which overrides a line in the file that ",
      program.dashes, "flagfile=FILE names.\n");
}

}  // namespace

bool IsForCommandsAlone(const ProgramDescription& program, absl::string_view flag) {
  return std::any_of(program.groups.begin(), program.groups.end(), [&](const FlagGroup& group) {
    return absl::StartsWith(group.title, kCommandsTitle) &&
           std::find(group.flags.begin(), group.flags.end(), flag) != group.flags.end();
  });
}

std::string HelpText(const ProgramDescription& program, const Command* command) {
  Flags flags;
  for (auto& [name, flag] : absl::GetAllFlags()) {
    if (!absl::StrContains(flag->Filename(), "absl/flags/")) flags[std::string(name)] = flag;
  }
  if (command != nullptr) {
    return absl::StrCat(program.name, " ", command->name, ": ", command->summary, "\n\nUsage:\n  ",
                        program.name, " ", command->name, " [flags]\n",
                        GroupText(program, flags, {"Flags", command->flags}));
  }
  std::string text = UsageText(program);
  for (const FlagGroup& group : program.groups) {
    absl::StrAppend(&text, GroupText(program, flags, group));
  }
  const FlagGroup others = OtherFlags(program, flags);
  if (!others.flags.empty()) absl::StrAppend(&text, GroupText(program, flags, others));
  return text;
}

}  // namespace bellwether
