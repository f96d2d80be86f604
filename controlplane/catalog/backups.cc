#include "controlplane/catalog/backups.h"

#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/metadata_check.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

constexpr char kTimeFormat[] = "%E4Y%m%dT%H%M%SZ";
constexpr char kRevisionMark[] = "-r";

std::string FormatId(absl::Time create_time, Revision revision) {
  return absl::StrCat(absl::FormatTime(kTimeFormat, create_time, absl::UTCTimeZone()),
                      kRevisionMark, absl::StrFormat("%012d", revision));
}

// Nullopt for names that this class does not create.
std::optional<Backup> ParseId(const std::string& id) {
  const std::pair<std::string, std::string> parts = absl::StrSplit(id, kRevisionMark);
  Backup backup;
  backup.id = id;
  std::string error;
  if (!absl::ParseTime(kTimeFormat, parts.first, &backup.create_time, &error) ||
      !absl::SimpleAtoi(parts.second, &backup.revision) ||
      FormatId(backup.create_time, backup.revision) != id) {
    return std::nullopt;
  }
  return backup;
}

absl::Status NowhereToKeepThem() {
  return MakeError(absl::StatusCode::kFailedPrecondition, Reason::kBackupUnavailable,
                   "backups are disabled; start the control plane with --backup_dir");
}

}  // namespace

Backups::Backups(const MetadataStore& store, BackupStore* backups, const Clock& clock)
    : store_(store), backups_(backups), clock_(clock) {}

absl::StatusOr<Backup> Backups::Create() {
  if (backups_ == nullptr) return NowhereToKeepThem();
  if (creating_.exchange(true)) {
    return MakeError(
        absl::StatusCode::kAborted, Reason::kBackupUnavailable,
        "another backup is in progress; wait until ListBackups lists it, then try again");
  }
  const absl::Cleanup done = [this] { creating_ = false; };
  // In whole seconds, as in the id.
  const absl::Time now = absl::FromUnixSeconds(absl::ToUnixSeconds(clock_.WallNow()));
  ASSIGN_OR_RETURN(const MetadataStore::Listing all, store_.List(""));
  RETURN_IF_ERROR(CheckMetadata(all).status());
  const std::string id = FormatId(now, all.revision);
  RETURN_IF_ERROR(backups_->Write(id, all));
  return Backup{id, backups_->Location(id), now, all.revision};
}

absl::StatusOr<std::vector<Backup>> Backups::List() const {
  if (backups_ == nullptr) return NowhereToKeepThem();
  ASSIGN_OR_RETURN(const std::vector<std::string> ids, backups_->List());
  std::vector<Backup> backups;
  for (const std::string& id : ids) {
    std::optional<Backup> backup = ParseId(id);
    if (!backup.has_value()) continue;
    backup->location = backups_->Location(id);
    backups.push_back(*std::move(backup));
  }
  return backups;
}

}  // namespace bellwether
