#ifndef CONTROLPLANE_SERVER_CERTIFICATE_COLLECTOR_H_
#define CONTROLPLANE_SERVER_CERTIFICATE_COLLECTOR_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace bellwether {

// The expiry times of the listeners' certificates, read from their files at each scrape, since they
// may be replaced at any time. A file that cannot be read has no series. Thread-safe.
class CertificateCollector final : public prometheus::Collectable {
 public:
  // The listener's name ("agent", "admin") and the path of its certificate; "" for none.
  using Certificates = std::vector<std::pair<std::string, std::string>>;

  explicit CertificateCollector(Certificates certificates)
      : certificates_(std::move(certificates)) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const Certificates certificates_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_CERTIFICATE_COLLECTOR_H_
