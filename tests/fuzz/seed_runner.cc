// Runs a fuzz target on its seeds, once each, where libFuzzer is not linked in: so that what was
// found once stays mended, in every build and with every compiler.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size);

int main(int argc, char** argv) {
  int seeds = 0;
  for (int i = 1; i < argc; ++i) {
    absl::string_view paths = argv[i];
    // The other arguments are libFuzzer's.
    if (!absl::ConsumePrefix(&paths, "-seed_inputs=")) continue;
    for (const absl::string_view path : absl::StrSplit(paths, ',', absl::SkipEmpty())) {
      std::ifstream file(std::string(path), std::ios::binary);
      const std::string seed((std::istreambuf_iterator<char>(file)),
                             std::istreambuf_iterator<char>());
      if (!file.good() && seed.empty()) {
        std::fprintf(stderr, "cannot read %.*s, or it is empty\n", static_cast<int>(path.size()),
                     path.data());
        return 1;
      }
      LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(seed.data()), seed.size());
      ++seeds;
    }
  }
  std::printf("%d seeds\n", seeds);
  return seeds > 0 ? 0 : 1;
}
