#include "controlplane/server/offline_admin_token.h"

#include <sys/stat.h>
#include <unistd.h>

#include <memory>
#include <ostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/catalog.h"
#include "controlplane/catalog/credentials.h"
#include "controlplane/catalog/metadata_check.h"
#include "controlplane/model/error.h"
#include "controlplane/store/rocksdb_image.h"
#include "controlplane/store/rocksdb_metadata_store.h"

namespace bellwether {
namespace {

// A file that another user makes is one that the control plane cannot open at its next start.
absl::Status CheckUser(const std::string& data_dir) {
  struct stat found = {};
  const std::string file = absl::StrCat(data_dir, "/CURRENT");
  if (stat(file.c_str(), &found) != 0 || found.st_uid == geteuid()) return absl::OkStatus();
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kStoreForeign,
                   absl::StrCat("metadata store \"", data_dir, "\" belongs to the user ",
                                found.st_uid, ", and this command runs as ", geteuid(),
                                ": run it as the user that the control plane runs as"),
                   {{"directory", data_dir}});
}

}  // namespace

absl::Status CreateAdminTokenOffline(const OfflineOptions& options, const Clock& clock,
                                     Random& random, Random& secrets, std::ostream& out) {
  // Read first, since opening an empty directory makes a store there.
  ASSIGN_OR_RETURN(const MetadataStore::Listing all, ReadRocksDbImage(options.data_dir));
  RETURN_IF_ERROR(CheckMetadata(all).status());
  RETURN_IF_ERROR(CheckUser(options.data_dir));
  ASSIGN_OR_RETURN(const std::unique_ptr<RocksDbMetadataStore> store,
                   RocksDbMetadataStore::Open(options.data_dir));
  Catalog::Options expected;
  expected.expected_cluster_uid = options.cluster_uid;
  ASSIGN_OR_RETURN(const std::unique_ptr<Catalog> catalog,
                   Catalog::Open(*store, clock, random, expected));
  Credentials credentials(*catalog, clock, random, secrets);
  CredentialFields fields;
  fields.display_name = "made offline";
  ASSIGN_OR_RETURN(const NewCredential made,
                   credentials.CreateAdminToken(AdminRole::kAdmin, fields, {}));
  out << made.key << "\n";
  return absl::OkStatus();
}

}  // namespace bellwether
