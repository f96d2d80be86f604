#include "controlplane/server/process_collector.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <map>
#include <string>

#include "controlplane/base/clock.h"
#include "controlplane/base/version.h"

namespace bellwether {
namespace {

std::map<std::string, double> Values() {
  std::map<std::string, double> values;
  for (const prometheus::MetricFamily& family : ProcessCollector().Collect()) {
    const prometheus::ClientMetric& metric = family.metric.front();
    values[family.name] =
        family.type == prometheus::MetricType::Counter ? metric.counter.value : metric.gauge.value;
  }
  return values;
}

TEST(ProcessCollectorTest, ShowsWhatTheProcessUses) {
  std::map<std::string, double> values = Values();
  EXPECT_GT(values["process_cpu_seconds_total"], 0);
  EXPECT_GT(values["process_resident_memory_bytes"], 1 << 20);
  EXPECT_GE(values["process_virtual_memory_bytes"], values["process_resident_memory_bytes"]);
  EXPECT_GE(values["process_max_fds"], values["process_open_fds"]);
}

TEST(ProcessCollectorTest, TheStartIsInTheRecentPast) {
  const auto now = static_cast<double>(absl::ToUnixSeconds(SystemClock().WallNow()));
  const double start = Values()["process_start_time_seconds"];
  // Both are rounded to seconds.
  EXPECT_LE(start, now + 2);
  EXPECT_GT(start, now - 3600);
}

TEST(ProcessCollectorTest, CountsOpenFiles) {
  const double before = Values()["process_open_fds"];
  const int opened = open("/dev/null", O_RDONLY);
  EXPECT_EQ(Values()["process_open_fds"], before + 1);
  close(opened);
  EXPECT_EQ(Values()["process_open_fds"], before);
}

TEST(ProcessCollectorTest, TheVersionIsALabel) {
  const prometheus::MetricFamily family = ProcessCollector().Collect().front();
  ASSERT_EQ(family.name, "bellwether_build_info");
  EXPECT_EQ(family.metric.front().label.front().value, kSoftwareVersion);
}

}  // namespace
}  // namespace bellwether
