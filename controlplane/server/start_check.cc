#include "controlplane/server/start_check.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/base/tls_files.h"
#include "controlplane/catalog/metadata_check.h"
#include "controlplane/model/error.h"
#include "controlplane/server/connection_acceptor.h"
#include "controlplane/server/listener.h"
#include "controlplane/server/metrics_endpoint.h"
#include "controlplane/server/open_files.h"
#include "controlplane/server/server.h"
#include "controlplane/store/rocksdb_image.h"

namespace bellwether {
namespace {

absl::Status CheckCertificate(absl::string_view flag, const std::string& path, absl::Time now) {
  if (path.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const CertificateTimes times, ReadCertificateTimes(flag, path));
  if (now >= times.not_before && now < times.not_after) return absl::OkStatus();
  const bool expired = now >= times.not_after;
  return absl::InvalidArgumentError(absl::StrCat(
      flag, " is ", path, ", whose certificate ", expired ? "expired at " : "is not valid before ",
      absl::FormatTime(expired ? times.not_after : times.not_before, absl::UTCTimeZone()),
      "; put a valid one there, or set this machine's clock right"));
}

// Reads the store that a start would open, and checks its owner.
absl::Status CheckStore(const ServerOptions& options) {
  ASSIGN_OR_RETURN(const std::optional<MetadataStore::Listing> stored,
                   TryRocksDb(options.data_dir));
  const std::string& cluster_uid = options.catalog.expected_cluster_uid;
  if (!stored.has_value() || stored->entries.empty()) {
    if (cluster_uid.empty()) return absl::OkStatus();
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kWrongCluster,
                     absl::StrCat("there is no data in --data_dir ", Excerpt(options.data_dir),
                                  ", but --cluster_uid requires ", Excerpt(cluster_uid),
                                  ": mount the volume of that cluster, restore a backup, or omit "
                                  "--cluster_uid at the first start"));
  }
  ASSIGN_OR_RETURN(const MetadataSummary summary, CheckMetadata(*stored));
  RETURN_IF_ERROR(CheckSchema(summary.identity));
  return CheckClusterUid(summary.identity, cluster_uid);
}

// Listens on every address at once, so that two listeners with one address are found too.
absl::Status CheckAddresses(const ServerOptions& options) {
  const auto metrics = MetricsEndpoint::Listen(options.metrics_address);
  if (!metrics.ok()) {
    return CannotListen("metrics_address", options.metrics_address, metrics.status().message());
  }
  std::vector<std::unique_ptr<ConnectionAcceptor>> taken;
  for (const auto& [flag, address] : {std::pair("agent_address", options.agent_address),
                                      std::pair("admin_address", options.admin_address),
                                      std::pair("health_address", options.health_address)}) {
    if (address.empty() && absl::string_view(flag) == "health_address") continue;
    absl::StatusOr<std::unique_ptr<ConnectionAcceptor>> acceptor =
        ConnectionAcceptor::Listen(address);
    if (!acceptor.ok()) return CannotListen(flag, address, acceptor.status().message());
    taken.push_back(*std::move(acceptor));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckCertificatesAreValid(const ServerOptions& options, absl::Time now) {
  RETURN_IF_ERROR(CheckCertificate("--agent_tls_cert", options.agent_tls.certificate, now));
  return CheckCertificate("--admin_tls_cert", options.admin_tls.certificate, now);
}

absl::Status CheckStart(const ServerOptions& options, const Clock& clock) {
  RETURN_IF_ERROR(Server::Check(options));
  RETURN_IF_ERROR(CheckCertificatesAreValid(options, clock.WallNow()));
  RETURN_IF_ERROR(SetOpenFileLimit(options.max_open_files).status());
  RETURN_IF_ERROR(CheckStore(options));
  return CheckAddresses(options);
}

}  // namespace bellwether
