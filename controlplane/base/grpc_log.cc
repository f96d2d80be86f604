#include "controlplane/base/grpc_log.h"

#include <grpc/support/log.h>

#include <atomic>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "controlplane/base/limited_log.h"
#include "controlplane/base/log.h"

namespace bellwether {
namespace {

// gRPC quotes peers' data at any length.
constexpr size_t kMaxMessage = 512;

std::atomic<const char*> quiet_file_name = "";

LogLevel LevelOf(gpr_log_severity severity) {
  if (severity == GPR_LOG_SEVERITY_ERROR) return LogLevel::kWarning;
  return severity == GPR_LOG_SEVERITY_INFO ? LogLevel::kInfo : LogLevel::kDebug;
}

// The file's name alone: gRPC's paths are those of the machine that built it.
absl::string_view FileName(absl::string_view path) { return path.substr(path.rfind('/') + 1); }

void WriteGrpcLine(gpr_log_func_args* args) {
  const absl::string_view file = FileName(args->file);
  const LogLevel level =
      file == quiet_file_name.load() ? LogLevel::kDebug : LevelOf(args->severity);
  const std::string at = absl::StrCat(file, ":", args->line);
  ProcessLimitedLog().Write(
      absl::StrCat("grpc ", at), level, "grpc",
      {{"message", absl::string_view(args->message).substr(0, kMaxMessage)}, {"at", at}});
}

}  // namespace

void RouteGrpcLog(const char* quiet_file) {
  quiet_file_name.store(quiet_file);
  gpr_set_log_function(WriteGrpcLine);
}

}  // namespace bellwether
