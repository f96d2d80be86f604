// Any bytes as a file to import: metadata that can be written and read again, or an error that
// names the line.

#include <cstdint>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "controlplane/catalog/export_codec.h"
#include "controlplane/catalog/metadata_check.h"
#include "tests/fuzz/fuzz_check.h"

namespace bellwether {

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(bytes), size));
  const auto all = ReadExport(in);
  if (!all.ok()) {
    FuzzCheck(absl::StartsWith(all.status().message(), "line "), "an error names the line");
    return 0;
  }
  std::stringstream again;
  const absl::Status written = WriteExport(*all, again);
  // Records that contradict each other, or none that says whose they are.
  FuzzCheck(written.ok() == CheckMetadata(*all).ok(), "what is in order can be exported");
  if (!written.ok()) return 0;
  const auto reread = ReadExport(again);
  FuzzCheck(reread.ok(), "an export can be imported");
  FuzzCheck(reread->entries.size() == all->entries.size(), "an export has everything");
  return 0;
}

}  // namespace bellwether
