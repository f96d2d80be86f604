// What it costs to check the frames of one call before gRPC reads them.

#include <benchmark/benchmark.h>

#include <string>

#include "controlplane/base/clock.h"
#include "controlplane/server/frame_check.h"

namespace bellwether {
namespace {

std::string Frame(char type, size_t payload, char flags = 4) {
  std::string frame = {
      0, static_cast<char>(payload >> 8), static_cast<char>(payload), type, flags, 0, 0, 0, 1};
  return frame.append(payload, 'x');
}

// HEADERS, DATA and WINDOW_UPDATE, as a leader query for 16 partitions has them, in one read.
void OneCall(benchmark::State& state) {
  const SystemClock clock;
  // A benchmark makes calls faster than a server could answer them.
  FrameLimits limits;
  limits.calls_per_second = 1e12;
  SharedFrameLimits shared(limits);
  FrameCheck check(clock, shared);
  check.Read("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  check.Read(Frame(4, 0, 1));
  const std::string call = Frame(1, 60) + Frame(0, 60) + Frame(8, 4);
  for (auto _ : state) {
    if (check.Read(call).has_value()) state.SkipWithError("the connection was cut off");
  }
}
BENCHMARK(OneCall);

}  // namespace
}  // namespace bellwether

BENCHMARK_MAIN();
