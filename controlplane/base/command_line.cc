#include "controlplane/base/command_line.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/flags/commandlineflag.h"
#include "absl/flags/reflection.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "controlplane/base/did_you_mean.h"
#include "controlplane/base/environment.h"
#include "controlplane/base/help_text.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/base/text_problem.h"

namespace bellwether {
namespace {

// Flag files may name flag files; beyond this many there is a circle.
constexpr int kMaxFlagFileDepth = 8;

// One argument and where it stands: "" on the command line, else "file:line".
struct Argument {
  std::string text;
  std::string place;
};

absl::Status Invalid(absl::string_view message) { return absl::InvalidArgumentError(message); }

// A text as an error may show it.
std::string Quoted(absl::string_view text) {
  constexpr size_t kLongest = 200;
  return absl::StrCat("\"", absl::CHexEscape(text.substr(0, kLongest)), "\"");
}

std::string In(const Argument& argument) {
  return argument.place.empty() ? "" : absl::StrCat(" in ", argument.place);
}

bool Contains(const std::vector<std::string>& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

absl::StatusOr<std::vector<Argument>> ReadFlagFile(const std::string& path) {
  std::ifstream file(path);
  if (!file.is_open()) {
    return Invalid(absl::StrCat("--flagfile names ", Quoted(path),
                                ", which cannot be read; give a file that this user may read"));
  }
  std::vector<Argument> lines;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    absl::string_view text = absl::StripLeadingAsciiWhitespace(line);
    if (text.empty() || text.front() == '#') continue;
    Argument argument{std::string(text), absl::StrCat(path, ":", number)};
    if (text.front() != '-') {
      return Invalid(absl::StrCat(Quoted(text), In(argument),
                                  " is not a flag; write one --flag=value on each line"));
    }
    lines.push_back(std::move(argument));
  }
  return lines;
}

// Sets flags from arguments, and remembers the source of each value.
class Parser {
 public:
  explicit Parser(const ProgramDescription& program) : program_(program) {
    for (auto& [name, flag] : absl::GetAllFlags()) {
      // Abseil has flags of its own (--flagfile ...), which are not part of the configuration.
      if (absl::StrContains(flag->Filename(), "absl/flags/")) continue;
      flags_[std::string(name)] = flag;
      names_.emplace_back(name);
    }
    std::sort(names_.begin(), names_.end());
  }

  const std::vector<std::string>& names() const { return names_; }

  // The files that `arguments` name, read into flags; and the arguments that are left.
  absl::StatusOr<std::vector<Argument>> TakeFlagFiles(const std::vector<Argument>& arguments,
                                                      int depth) {
    std::vector<Argument> others;
    for (size_t i = 0; i < arguments.size(); ++i) {
      absl::string_view value = arguments[i].text;
      if (value == "--") {
        others.insert(others.end(), arguments.begin() + static_cast<ptrdiff_t>(i), arguments.end());
        break;
      }
      const bool is_flag = absl::ConsumePrefix(&value, "--") || absl::ConsumePrefix(&value, "-");
      const bool is_flag_file = is_flag && absl::ConsumePrefix(&value, "flagfile");
      if (is_flag_file && absl::ConsumePrefix(&value, "=")) {
        RETURN_IF_ERROR(SetFromFiles(value, depth));
      } else if (is_flag_file && value.empty() && i + 1 < arguments.size()) {
        RETURN_IF_ERROR(SetFromFiles(arguments[++i].text, depth));
      } else {
        others.push_back(arguments[i]);
      }
    }
    return others;
  }

  absl::Status SetFromVariables() {
    for (const std::string& name : names_) {
      const std::string variable = program_.variable_of(name);
      const char* const value = variable.empty() ? nullptr : std::getenv(variable.c_str());
      if (value == nullptr || *value == '\0') continue;
      RETURN_IF_ERROR(Set(name, value, absl::StrCat("environment variable ", variable), variable));
    }
    return absl::OkStatus();
  }

  // The names of the flags that they set.
  absl::StatusOr<std::set<std::string>> SetFrom(const std::vector<Argument>& arguments,
                                                const std::string& source) {
    std::set<std::string> set;
    for (size_t i = 0; i < arguments.size(); ++i) {
      const Argument& argument = arguments[i];
      absl::string_view text = argument.text;
      if (!absl::ConsumePrefix(&text, "--") && !absl::ConsumePrefix(&text, "-")) {
        return Invalid(absl::StrCat("unexpected argument ", Quoted(text), In(argument),
                                    ": flags begin with a dash",
                                    DidYouMean(text, names_, program_.dashes)));
      }
      const size_t equals = text.find('=');
      std::string name(text.substr(0, equals));
      std::optional<std::string> value;
      if (equals != absl::string_view::npos) value = std::string(text.substr(equals + 1));
      if (!value.has_value() && IsNegatedSwitch(name)) {
        name = name.substr(2);
        value = "false";
      }
      const auto flag = flags_.find(name);
      if (flag == flags_.end()) return UnknownFlag(name, argument);
      if (!value.has_value() && flag->second->IsOfType<bool>()) value = "true";
      if (!value.has_value() && i + 1 < arguments.size()) value = arguments[++i].text;
      if (!value.has_value()) {
        return Invalid(absl::StrCat(program_.dashes, name, In(argument), " has no value; write ",
                                    program_.dashes, name, "=value"));
      }
      RETURN_IF_ERROR(Set(name, *value, absl::StrCat(program_.dashes, name, In(argument)), source));
      set.insert(name);
    }
    return set;
  }

  std::vector<Setting> Settings() const {
    std::vector<Setting> settings;
    for (const std::string& name : names_) {
      const auto source = sources_.find(name);
      settings.push_back({name, flags_.at(name)->CurrentValue(),
                          source == sources_.end() ? "default" : source->second});
    }
    return settings;
  }

 private:
  // --noinsecure is --insecure=false.
  bool IsNegatedSwitch(const std::string& name) const {
    if (!absl::StartsWith(name, "no") || flags_.count(name) > 0) return false;
    const auto flag = flags_.find(name.substr(2));
    return flag != flags_.end() && flag->second->IsOfType<bool>();
  }

  absl::Status UnknownFlag(absl::string_view name, const Argument& argument) const {
    const std::string meant = DidYouMean(name, names_, program_.dashes);
    return Invalid(absl::StrCat("there is no flag ", program_.dashes, absl::CHexEscape(name),
                                In(argument), meant, meant.empty() ? "; see " : " See ",
                                program_.name, " --help"));
  }

  absl::Status SetFromFiles(absl::string_view paths, int depth) {
    if (depth >= kMaxFlagFileDepth) {
      return Invalid(absl::StrCat("--flagfile names ", Quoted(paths),
                                  ", which includes itself; remove that line"));
    }
    for (const absl::string_view path : absl::StrSplit(paths, ',')) {
      ASSIGN_OR_RETURN(const std::vector<Argument> lines, ReadFlagFile(std::string(path)));
      ASSIGN_OR_RETURN(const std::vector<Argument> flags, TakeFlagFiles(lines, depth + 1));
      RETURN_IF_ERROR(SetFrom(flags, "flag file").status());
    }
    return absl::OkStatus();
  }

  // `origin` is the source of the value, for errors.
  absl::Status Set(const std::string& name, absl::string_view value, const std::string& origin,
                   const std::string& source) {
    const bool secret = Contains(program_.secrets, name);
    if (secret) value = TrimSecret(value);
    const std::optional<std::string> problem = FindTextProblem(value);
    const std::string shown = secret ? "a secret" : Quoted(value);
    if (problem.has_value()) {
      return Invalid(absl::StrCat(origin, " is ", shown, ", which ", *problem));
    }
    std::string error;
    if (!flags_.at(name)->ParseFrom(value, &error)) {
      return Invalid(absl::StrCat(origin, " is ", shown, ", which is not valid for ",
                                  program_.dashes, name, Hint(name, value)));
    }
    sources_[name] = source;
    return absl::OkStatus();
  }

  // What would fit.
  std::string Hint(const std::string& name, absl::string_view value) const {
    const absl::CommandLineFlag& flag = *flags_.at(name);
    double number = 0;
    if (flag.IsOfType<absl::Duration>()) {
      if (!absl::SimpleAtod(value, &number)) {
        return "; give a duration with its unit, such as 500ms, 3s, 1m30s or 2h";
      }
      return absl::StrCat("; durations have a unit: did you mean ", program_.dashes, name, "=",
                          value, "s?");
    }
    if (flag.IsOfType<bool>()) return "; give true or false";
    return "; give a whole number";
  }

  const ProgramDescription& program_;
  std::map<std::string, absl::CommandLineFlag*> flags_;
  std::vector<std::string> names_;
  std::map<std::string, std::string> sources_;
};

std::vector<std::string> CommandNames(const ProgramDescription& program) {
  std::vector<std::string> names = {"help", "version"};
  for (const Command& command : program.commands) names.push_back(command.name);
  return names;
}

const Command* FindCommand(const ProgramDescription& program, absl::string_view name) {
  for (const Command& command : program.commands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

bool Asks(const std::vector<Argument>& arguments, absl::string_view word,
          absl::string_view short_flag) {
  return std::any_of(arguments.begin(), arguments.end(), [&](const Argument& argument) {
    return argument.text == absl::StrCat("--", word) || argument.text == absl::StrCat("-", word) ||
           argument.text == short_flag;
  });
}

// What a flag on the command line has to do with `command`, or with the program itself if that is
// nullptr.
absl::Status CheckUse(const ProgramDescription& program, const Command* command,
                      const std::set<std::string>& set) {
  for (const std::string& flag : set) {
    if (command != nullptr) {
      if (Contains(command->flags, flag)) continue;
      return Invalid(absl::StrCat(program.dashes, flag, " does not apply to ", command->name,
                                  "; see ", program.name, " ", command->name, " --help"));
    }
    for (const Command& other : program.commands) {
      if (!Contains(other.flags, flag) || !IsForCommandsAlone(program, flag)) continue;
      return Invalid(absl::StrCat(program.dashes, flag, " is a flag of the command ", other.name,
                                  ", which must come first: ", program.name, " ", other.name, " ",
                                  program.dashes, flag, "=..."));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<CommandLine> ParseCommandLine(int argc, char** argv,
                                             const ProgramDescription& program) {
  std::vector<Argument> arguments;
  for (int i = 1; i < argc; ++i) arguments.push_back({argv[i], ""});
  CommandLine result;
  const bool has_word = !arguments.empty() && !absl::StartsWith(arguments.front().text, "-");
  std::string word = has_word ? arguments.front().text : "";
  if (has_word) arguments.erase(arguments.begin());
  const bool help = word == "help" || Asks(arguments, "help", "-h");
  // "help restore" is "restore --help".
  if (word == "help") {
    const bool has_topic = !arguments.empty() && !absl::StartsWith(arguments.front().text, "-");
    word = has_topic ? arguments.front().text : "";
  }
  const Command* const command = FindCommand(program, word);
  if (!word.empty() && word != "version" && command == nullptr) {
    return Invalid(absl::StrCat(
        "unexpected argument ", Quoted(word), ": flags begin with a dash, and the commands are ",
        absl::StrJoin(CommandNames(program), ", "), DidYouMean(word, CommandNames(program))));
  }
  if (help) {
    result.answer = HelpText(program, command);
    return result;
  }
  if (word == "version" || Asks(arguments, "version", "--version")) {
    result.answer = absl::StrCat(program.version, "\n");
    return result;
  }
  Parser parser(program);
  RETURN_IF_ERROR(CheckEnvironment(program, parser.names()));
  ASSIGN_OR_RETURN(const std::vector<Argument> others, parser.TakeFlagFiles(arguments, 0));
  RETURN_IF_ERROR(parser.SetFromVariables());
  ASSIGN_OR_RETURN(const std::set<std::string> set, parser.SetFrom(others, "command line"));
  RETURN_IF_ERROR(CheckUse(program, command, set));
  if (command != nullptr) result.command = command->name;
  result.settings = parser.Settings();
  return result;
}

}  // namespace bellwether
