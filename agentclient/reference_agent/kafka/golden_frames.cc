#include "agentclient/reference_agent/kafka/golden_frames.h"

#include <fstream>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace bellwether::kafka {

std::string Golden(absl::string_view name) {
  std::ifstream file("agentclient/reference_agent/kafka/testdata/golden_frames.txt");
  std::string line;
  while (std::getline(file, line)) {
    absl::string_view rest = line;
    if (absl::ConsumePrefix(&rest, name) && absl::ConsumePrefix(&rest, " ")) {
      return absl::HexStringToBytes(rest);
    }
  }
  ADD_FAILURE() << "no golden frame " << name;
  return std::string(8, '\0');
}

}  // namespace bellwether::kafka
