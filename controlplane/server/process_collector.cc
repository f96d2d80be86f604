#include "controlplane/server/process_collector.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>

#include "controlplane/base/version.h"
#include "controlplane/server/metric_family.h"

namespace bellwether {
namespace {

double Seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

std::string ReadFile(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// When the machine was started, as Unix time.
std::optional<double> BootTime() {
  std::ifstream file("/proc/stat");
  std::string key;
  double value = 0;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    if (words >> key >> value && key == "btime") return value;
  }
  return std::nullopt;
}

// When this process was started, as Unix time.
std::optional<double> StartTime() {
  // See proc(5): the name of the program, in parentheses, may contain anything.
  constexpr int kFieldsBetweenNameAndStart = 19;
  const std::string stat = ReadFile("/proc/self/stat");
  const size_t name_end = stat.rfind(')');
  const std::optional<double> boot = BootTime();
  if (name_end == std::string::npos || !boot.has_value()) return std::nullopt;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string skipped;
  for (int i = 0; i < kFieldsBetweenNameAndStart; ++i) fields >> skipped;
  double rounds = 0;
  if (!(fields >> rounds)) return std::nullopt;
  return *boot + rounds / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::optional<double> OpenFiles() {
  std::error_code error;
  double count = 0;
  std::filesystem::directory_iterator file("/proc/self/fd", error);
  while (!error && file != std::filesystem::directory_iterator()) {
    ++count;
    file.increment(error);
  }
  if (error) return std::nullopt;
  // The one of this look.
  return count - 1;
}

}  // namespace

std::vector<prometheus::MetricFamily> ProcessCollector::Collect() const {
  constexpr auto kGauge = prometheus::MetricType::Gauge;
  std::vector<prometheus::MetricFamily> families;
  const auto add = [&](prometheus::MetricType type, const char* name, const char* help,
                       std::optional<double> value) {
    if (!value.has_value()) return;
    families.push_back(MakeFamily(type, name, help));
    AddMetric({}, *value, families.back());
  };
  families.push_back(
      MakeFamily(kGauge, "bellwether_build_info", "Always 1; the version is its label."));
  AddMetric({{"version", kSoftwareVersion}}, 1, families.back());
  rusage usage = {};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    add(prometheus::MetricType::Counter, "process_cpu_seconds_total",
        "Total user and system CPU time spent in seconds.",
        Seconds(usage.ru_utime) + Seconds(usage.ru_stime));
  }
  double pages = 0;
  double resident_pages = 0;
  if (std::ifstream("/proc/self/statm") >> pages >> resident_pages) {
    const auto page = static_cast<double>(sysconf(_SC_PAGESIZE));
    add(kGauge, "process_virtual_memory_bytes", "Virtual memory size in bytes.", pages * page);
    add(kGauge, "process_resident_memory_bytes", "Resident memory size in bytes.",
        resident_pages * page);
  }
  add(kGauge, "process_start_time_seconds",
      "Start time of the process since unix epoch in seconds.", StartTime());
  add(kGauge, "process_open_fds", "Number of open file descriptors.", OpenFiles());
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    add(kGauge, "process_max_fds", "Maximum number of open file descriptors.",
        static_cast<double>(limit.rlim_cur));
  }
  return families;
}

}  // namespace bellwether
