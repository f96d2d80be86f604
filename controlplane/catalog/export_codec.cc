#include "controlplane/catalog/export_codec.h"

#include <google/protobuf/util/json_util.h>

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bellwether/storage/v1/export.pb.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/base/version.h"
#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/metadata_check.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

namespace disk = ::bellwether::storage::v1;

constexpr int32_t kFormatVersion = 1;

// Whether `record` contains all of `value`: JSON has no place for fields of a later version.
template <typename Record>
bool ParseWhole(const std::string& value, Record* record) {
  if (!record->ParseFromString(value)) return false;
  const size_t size = record->ByteSizeLong();
  record->DiscardUnknownFields();
  return record->ByteSizeLong() == size;
}

bool SetRecord(const StoredEntry& entry, disk::ExportEntry& exported) {
  const absl::string_view key = entry.key;
  if (key == kClusterKey) return ParseWhole(entry.value, exported.mutable_cluster());
  if (ParseVirtualClusterKey(key).has_value()) {
    return ParseWhole(entry.value, exported.mutable_virtual_cluster());
  }
  if (ParseAgentPoolKey(key).has_value()) {
    return ParseWhole(entry.value, exported.mutable_agent_pool());
  }
  if (ParseCredentialKey(key).has_value()) {
    return ParseWhole(entry.value, exported.mutable_credential());
  }
  if (absl::StartsWith(key, kRequestPrefix)) {
    return ParseWhole(entry.value, exported.mutable_request());
  }
  if (absl::StartsWith(key, kRegistrationPrefix)) {
    return ParseWhole(entry.value, exported.mutable_registration());
  }
  if (absl::StartsWith(key, kPlanPrefix)) return ParseWhole(entry.value, exported.mutable_plan());
  return false;
}

std::string ValueOf(const disk::ExportEntry& exported) {
  switch (exported.record_case()) {
    case disk::ExportEntry::kCluster:
      return exported.cluster().SerializeAsString();
    case disk::ExportEntry::kVirtualCluster:
      return exported.virtual_cluster().SerializeAsString();
    case disk::ExportEntry::kAgentPool:
      return exported.agent_pool().SerializeAsString();
    case disk::ExportEntry::kRequest:
      return exported.request().SerializeAsString();
    case disk::ExportEntry::kRegistration:
      return exported.registration().SerializeAsString();
    case disk::ExportEntry::kPlan:
      return exported.plan().SerializeAsString();
    case disk::ExportEntry::kCredential:
      return exported.credential().SerializeAsString();
    case disk::ExportEntry::kValue:
      return exported.value();
    case disk::ExportEntry::RECORD_NOT_SET:
      break;
  }
  return "";
}

absl::Status WriteLine(const disk::ExportLine& line, std::ostream& out) {
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  std::string json;
  const auto status = google::protobuf::util::MessageToJsonString(line, &json, options);
  if (!status.ok()) {
    return absl::InternalError(absl::StrCat("the entry \"", Excerpt(line.entry().key()),
                                            "\" cannot be written as JSON: ", status.ToString()));
  }
  out << json << '\n';
  return out.good() ? absl::OkStatus()
                    : absl::InternalError(
                          "the export cannot be written; check that its disk has free space");
}

// Reads the lines in order and checks that each may follow the one before.
class ExportReader {
 public:
  // Takes the next line.
  absl::Status Read(const std::string& json) {
    ++line_number_;
    if (ended_) return Wrong("no line may follow the end");
    disk::ExportLine line;
    const auto status = google::protobuf::util::JsonStringToMessage(json, &line);
    if (!status.ok())
      return Wrong(absl::StrCat("it is not a line of an export: ", status.ToString()));
    if (line.has_header() != (line_number_ == 1)) {
      return Wrong("an export must begin with its header and have exactly one");
    }
    if (line.has_header()) return ReadHeader(line.header());
    if (line.has_entry()) return ReadEntry(line.entry());
    if (!line.has_end()) return Wrong("it is neither an entry nor the end");
    ended_ = true;
    if (line.end().entries() == static_cast<int64_t>(listing_.entries.size())) {
      return absl::OkStatus();
    }
    return Wrong(absl::StrCat("it states ", line.end().entries(), " entries, but there are ",
                              listing_.entries.size()));
  }

  absl::StatusOr<MetadataStore::Listing> Finish() {
    ++line_number_;
    if (!ended_) return Wrong("the file is truncated: its end line is missing");
    return std::move(listing_);
  }

 private:
  absl::Status ReadHeader(const disk::ExportHeader& header) {
    if (header.format_version() > kFormatVersion || header.schema_version() > kSchemaVersion) {
      return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kStoreTooNew,
                       absl::StrCat("line 1 of the export: it has format ", header.format_version(),
                                    " and schema ", header.schema_version(),
                                    ", but this version supports formats up to ", kFormatVersion,
                                    " and schemas up to ", kSchemaVersion,
                                    ": import it with the version that wrote it (",
                                    Excerpt(header.software_version()), "), or a newer one"));
    }
    if (header.format_version() < 1) return Wrong("it has no format_version");
    listing_.revision = header.revision();
    return absl::OkStatus();
  }

  absl::Status ReadEntry(const disk::ExportEntry& exported) {
    if (exported.record_case() == disk::ExportEntry::RECORD_NOT_SET) {
      return Wrong("the entry has no record");
    }
    if (exported.revision() < 1 || exported.revision() > listing_.revision) {
      return Wrong(absl::StrCat("revision ", exported.revision(),
                                " must be between 1 and the header's ", listing_.revision));
    }
    StoredEntry entry{exported.key(), ValueOf(exported), exported.revision()};
    if (entry.key.empty() ||
        (!listing_.entries.empty() && entry.key <= listing_.entries.back().key)) {
      return Wrong(
          absl::StrCat("key \"", Excerpt(entry.key), "\" must come after the previous key"));
    }
    const absl::Status readable = CheckRecord(entry);
    if (!readable.ok()) return Wrong(readable.message());
    listing_.entries.push_back(std::move(entry));
    return absl::OkStatus();
  }

  absl::Status Wrong(absl::string_view what) const {
    return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                     absl::StrCat("line ", line_number_, " of the export: ", what,
                                  "; correct it, or export again"),
                     {{"line", absl::StrCat(line_number_)}});
  }

  int64_t line_number_ = 0;
  bool ended_ = false;
  MetadataStore::Listing listing_;
};

}  // namespace

absl::Status WriteExport(const MetadataStore::Listing& all, std::ostream& out) {
  ASSIGN_OR_RETURN(const MetadataSummary summary, CheckMetadata(all));
  disk::ExportLine header;
  header.mutable_header()->set_format_version(kFormatVersion);
  header.mutable_header()->set_schema_version(summary.identity.schema_version);
  header.mutable_header()->set_cluster_uid(summary.identity.cluster_uid);
  header.mutable_header()->set_revision(all.revision);
  header.mutable_header()->set_software_version(std::string(kSoftwareVersion));
  RETURN_IF_ERROR(WriteLine(header, out));
  for (const StoredEntry& entry : all.entries) {
    disk::ExportLine line;
    line.mutable_entry()->set_key(entry.key);
    line.mutable_entry()->set_revision(entry.revision);
    if (!SetRecord(entry, *line.mutable_entry())) line.mutable_entry()->set_value(entry.value);
    RETURN_IF_ERROR(WriteLine(line, out));
  }
  disk::ExportLine end;
  end.mutable_end()->set_entries(static_cast<int64_t>(all.entries.size()));
  RETURN_IF_ERROR(WriteLine(end, out));
  out.flush();
  return out.good() ? absl::OkStatus()
                    : absl::InternalError(
                          "the export cannot be written; check that its disk has free space");
}

absl::StatusOr<MetadataStore::Listing> ReadExport(std::istream& in) {
  ExportReader reader;
  std::string line;
  while (std::getline(in, line)) RETURN_IF_ERROR(reader.Read(line));
  return reader.Finish();
}

}  // namespace bellwether
