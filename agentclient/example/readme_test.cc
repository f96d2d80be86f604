#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace bellwether {
namespace {

// The lines between the one that is `begin` and the next that is `end`, without `indent`.
std::string Between(const std::string& path, absl::string_view begin, absl::string_view end,
                    absl::string_view indent) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  std::vector<std::string> lines;
  bool inside = false;
  for (absl::string_view line : absl::StrSplit(text.str(), '\n')) {
    absl::ConsumePrefix(&line, indent);
    if (inside && line == end) break;
    if (inside) lines.emplace_back(line);
    if (line == begin) inside = true;
  }
  return absl::StrJoin(lines, "\n");
}

TEST(ReadmeTest, ExampleIsTheCompiledOne) {
  const std::string compiled =
      Between("agentclient/example/minimal_agent.cc", "// README begins", "// README ends", "  ");
  const std::string shown = Between("agentclient/README.md", "```cpp", "```", "");
  EXPECT_FALSE(compiled.empty());
  EXPECT_EQ(shown, compiled);
}

}  // namespace
}  // namespace bellwether
