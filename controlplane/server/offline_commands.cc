#include "controlplane/server/offline_commands.h"

#include <filesystem>
#include <fstream>
#include <iostream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/export_codec.h"
#include "controlplane/catalog/metadata_check.h"
#include "controlplane/catalog/restored_metadata.h"
#include "controlplane/model/error.h"
#include "controlplane/store/rocksdb_image.h"

namespace bellwether {
namespace {

bool IsStandardStream(const std::string& file) { return file.empty() || file == "-"; }

absl::Status FileError(const std::string& file, absl::string_view problem) {
  return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                   absl::StrCat("--file \"", file, "\" ", problem), {{"file", file}});
}

void Describe(const MetadataSummary& summary, std::ostream& out) {
  out << "cluster_uid          " << summary.identity.cluster_uid << "\n"
      << "created              " << absl::FormatTime(summary.identity.create_time) << "\n"
      << "schema_version       " << summary.identity.schema_version << "\n"
      << "starts               " << summary.identity.start_count << "\n"
      << "revision             " << summary.revision << "\n"
      << "virtual_clusters     " << summary.virtual_clusters << "\n"
      << "agent_pools          " << summary.agent_pools << "\n"
      << "agents               " << summary.agents << "\n"
      << "plans                " << summary.plans << "\n"
      << "remembered_requests  " << summary.remembered_requests << "\n"
      << "entries              " << summary.entries << "\n";
}

// Creates a store from `copy` and prints a summary.
absl::Status MakeStore(MetadataStore::Listing copy, const OfflineOptions& options,
                       std::ostream& out) {
  ASSIGN_OR_RETURN(const MetadataSummary summary, CheckMetadata(copy));
  RETURN_IF_ERROR(CheckClusterUid(summary.identity, options.cluster_uid));
  ASSIGN_OR_RETURN(const MetadataStore::Listing restored, RestoredMetadata(std::move(copy)));
  RETURN_IF_ERROR(WriteRocksDbImage(restored, options.data_dir));
  Describe(summary, out);
  out << "written to " << options.data_dir
      << ", read back and verified; agents join again at their next heartbeat\n";
  return absl::OkStatus();
}

absl::Status Restore(const OfflineOptions& options, std::ostream& out) {
  if (options.backup.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                     "restore requires --backup=DIRECTORY; ListBackups and the directory in "
                     "--backup_dir show the existing backups");
  }
  ASSIGN_OR_RETURN(MetadataStore::Listing copy, ReadRocksDbImage(options.backup));
  return MakeStore(std::move(copy), options, out);
}

absl::Status Export(const OfflineOptions& options, std::ostream& out) {
  ASSIGN_OR_RETURN(const MetadataStore::Listing all, ReadRocksDbImage(options.data_dir));
  ASSIGN_OR_RETURN(const MetadataSummary summary, CheckMetadata(all));
  RETURN_IF_ERROR(CheckClusterUid(summary.identity, options.cluster_uid));
  if (IsStandardStream(options.file)) return WriteExport(all, out);
  if (std::filesystem::exists(options.file)) {
    return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kStoreNotEmpty,
                     absl::StrCat("--file \"", options.file,
                                  "\" exists and is never overwritten; choose another file"));
  }
  std::ofstream file(options.file);
  if (!file.is_open()) {
    return FileError(options.file,
                     "cannot be created; check that this user may write to its directory");
  }
  RETURN_IF_ERROR(WriteExport(all, file));
  out << all.entries.size() << " entries of cluster " << summary.identity.cluster_uid
      << " written to " << options.file << "\n";
  return absl::OkStatus();
}

absl::Status Import(const OfflineOptions& options, std::istream& in, std::ostream& out) {
  std::ifstream file;
  if (!IsStandardStream(options.file)) {
    file.open(options.file);
    if (!file.is_open()) {
      return FileError(options.file,
                       "cannot be read; check that it exists and that this user may read it");
    }
  }
  ASSIGN_OR_RETURN(MetadataStore::Listing copy, ReadExport(file.is_open() ? file : in));
  return MakeStore(std::move(copy), options, out);
}

absl::Status Inspect(const OfflineOptions& options, std::ostream& out) {
  ASSIGN_OR_RETURN(const MetadataStore::Listing all, ReadRocksDbImage(options.data_dir));
  ASSIGN_OR_RETURN(const MetadataSummary summary, CheckMetadata(all));
  RETURN_IF_ERROR(CheckClusterUid(summary.identity, options.cluster_uid));
  Describe(summary, out);
  out << "valid: every block and every record is readable\n";
  return absl::OkStatus();
}

}  // namespace

absl::Status RunOfflineCommand(absl::string_view name, const OfflineOptions& options,
                               std::istream& in, std::ostream& out) {
  if (name == "restore") return Restore(options, out);
  if (name == "export") return Export(options, out);
  if (name == "import") return Import(options, in, out);
  return Inspect(options, out);
}

}  // namespace bellwether
