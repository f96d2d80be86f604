#include "controlplane/server/certificate_collector.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "controlplane/base/tls_files.h"

namespace bellwether {

std::vector<prometheus::MetricFamily> CertificateCollector::Collect() const {
  prometheus::MetricFamily family;
  family.name = "bellwether_certificate_expiry_timestamp_seconds";
  family.help = "When a listener's certificate expires.";
  family.type = prometheus::MetricType::Gauge;
  for (const auto& [listener, path] : certificates_) {
    if (path.empty()) continue;
    const absl::StatusOr<absl::Time> expiry =
        CertificateExpiry(absl::StrCat("--", listener, "_tls_cert"), path);
    if (!expiry.ok()) continue;
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    metric.label = {{"listener", listener}};
    metric.gauge.value = absl::ToDoubleSeconds(*expiry - absl::UnixEpoch());
  }
  if (family.metric.empty()) return {};
  return {family};
}

}  // namespace bellwether
