#ifndef CONTROLPLANE_SERVER_METRIC_FAMILY_H_
#define CONTROLPLANE_SERVER_METRIC_FAMILY_H_

#include <prometheus/client_metric.h>
#include <prometheus/metric_family.h>

#include <utility>
#include <vector>

namespace bellwether {

// Makes an empty family for a collector. Pure.
inline prometheus::MetricFamily MakeFamily(prometheus::MetricType type, const char* name,
                                           const char* help) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

// Adds one series with its value to `family`, whose type is counter or gauge.
inline void AddMetric(std::vector<prometheus::ClientMetric::Label> labels, double value,
                      prometheus::MetricFamily& family) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  if (family.type == prometheus::MetricType::Counter) {
    metric.counter.value = value;
  } else {
    metric.gauge.value = value;
  }
  family.metric.push_back(std::move(metric));
}

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_METRIC_FAMILY_H_
