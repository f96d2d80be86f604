#include "tests/support/process_usage.h"

#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace bellwether {
namespace {

// The fields of a file of /proc that come after the program's name, which may contain anything.
std::vector<std::string> FieldsOf(pid_t pid, const char* file) {
  std::ifstream stream(absl::StrCat("/proc/", pid, "/", file));
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  const size_t name_end = text.rfind(')');
  return absl::StrSplit(name_end == std::string::npos ? text : text.substr(name_end + 1),
                        absl::ByAnyChar(" \n"), absl::SkipEmpty());
}

int64_t FieldAsNumber(const std::vector<std::string>& fields, size_t position) {
  int64_t number = 0;
  if (position < fields.size() && !absl::SimpleAtoi(fields[position], &number)) return 0;
  return number;
}

}  // namespace

double CpuSeconds(pid_t pid) {
  // The state is field 3 of the file, utime 14 and stime 15: see proc(5).
  constexpr size_t kUserTime = 11;
  constexpr size_t kSystemTime = 12;
  const std::vector<std::string> fields = FieldsOf(pid, "stat");
  const int64_t rounds = FieldAsNumber(fields, kUserTime) + FieldAsNumber(fields, kSystemTime);
  return static_cast<double>(rounds) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

int64_t ResidentBytes(pid_t pid) {
  constexpr size_t kResidentPages = 1;
  return FieldAsNumber(FieldsOf(pid, "statm"), kResidentPages) * sysconf(_SC_PAGESIZE);
}

}  // namespace bellwether
