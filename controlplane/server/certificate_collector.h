#ifndef CONTROLPLANE_SERVER_CERTIFICATE_COLLECTOR_H_
#define CONTROLPLANE_SERVER_CERTIFICATE_COLLECTOR_H_

#include <prometheus/collectable.h>
#include <prometheus/metric_family.h>

#include <string>
#include <utility>
#include <vector>

namespace bellwether {

// When the listeners' certificates expire, as their files say at each scrape: they may be replaced
// at any time. Of a file that cannot be read just then there is no figure. Thread-safe.
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
