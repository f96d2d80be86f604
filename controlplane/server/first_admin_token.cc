#include "controlplane/server/first_admin_token.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "controlplane/base/log.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/model/error.h"

namespace bellwether {
namespace {

// Whether an earlier start created a token and died before it could write the file: no one knows
// that token.
bool WasLost(const std::string& path) {
  struct stat found = {};
  return lstat(path.c_str(), &found) == 0 && found.st_size == 0;
}

absl::Status CannotWrite(const std::string& path) {
  return MakeError(absl::StatusCode::kUnavailable, Reason::kStoreUnavailable,
                   absl::StrCat("cannot write the first admin token to ", path, " (",
                                std::strerror(errno), "): let this user write there"));
}

// Opens an empty file that only this user can read, whatever was there before.
absl::Status OpenSecretFile(const std::string& path, int& file) {
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return CannotWrite(path);
  file = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
  return file < 0 ? CannotWrite(path) : absl::OkStatus();
}

absl::Status WriteAndClose(int file, const std::string& text, const std::string& path) {
  const bool written = write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  const bool synced = written && fsync(file) == 0;
  const absl::Status status = synced ? absl::OkStatus() : CannotWrite(path);
  close(file);
  return status;
}

}  // namespace

absl::Status EnsureAdminToken(const CatalogView& view, Credentials& credentials, absl::Time now,
                              const std::string& data_dir) {
  const auto can_make_tokens = [now](const Credential& c) { return CanMakeTokens(c, now); };
  const std::string path = absl::StrCat(data_dir, "/", kFirstAdminTokenFile);
  const bool somebody_can = !view.ListCredentials("", 1, can_make_tokens).empty();
  if (somebody_can && !WasLost(path)) return absl::OkStatus();
  int file = -1;
  RETURN_IF_ERROR(OpenSecretFile(path, file));
  CredentialFields fields;
  fields.display_name = "first admin token";
  const absl::StatusOr<NewCredential> made =
      credentials.CreateAdminToken(AdminRole::kAdmin, fields, {});
  RETURN_IF_ERROR(WriteAndClose(file, made.ok() ? absl::StrCat(made->key, "\n") : "", path));
  RETURN_IF_ERROR(made.status());
  Log(LogLevel::kInfo, "admin token created",
      {{"name", FormatCredentialName(made->credential)},
       {"file", path},
       {"remedy", "move the file to a safe place"}});
  return absl::OkStatus();
}

}  // namespace bellwether
