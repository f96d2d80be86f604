#include "controlplane/assignment/plan_input.h"

#include <algorithm>
#include <cstddef>

#include "controlplane/assignment/plan_options.h"

namespace bellwether {

void SumRates(std::vector<MeasuredRate>& rates) {
  std::sort(rates.begin(), rates.end(),
            [](const MeasuredRate& a, const MeasuredRate& b) { return a.partition < b.partition; });
  size_t kept = 0;
  for (size_t i = 0; i < rates.size(); ++i) {
    MeasuredRate rate = rates[i];
    // Clamped before they are added, so that no sum overflows.
    rate.bytes_per_second = std::min(rate.bytes_per_second, kMaxPartitionBytesPerSecond);
    if (kept > 0 && rates[kept - 1].partition == rate.partition) {
      MeasuredRate& sum = rates[kept - 1];
      sum.bytes_per_second =
          std::min(sum.bytes_per_second + rate.bytes_per_second, kMaxPartitionBytesPerSecond);
      sum.incomplete = sum.incomplete || rate.incomplete;
    } else {
      rates[kept++] = rate;
    }
  }
  rates.resize(kept);
}

}  // namespace bellwether
