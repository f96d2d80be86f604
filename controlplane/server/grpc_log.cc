#include "controlplane/server/grpc_log.h"

#include <grpc/support/log.h>

#include "absl/strings/str_cat.h"
#include "controlplane/base/log.h"

namespace bellwether {
namespace {

LogLevel LevelOf(gpr_log_severity severity) {
  if (severity == GPR_LOG_SEVERITY_ERROR) return LogLevel::kWarning;
  return severity == GPR_LOG_SEVERITY_INFO ? LogLevel::kInfo : LogLevel::kDebug;
}

void LogLine(gpr_log_func_args* args) {
  Log(LevelOf(args->severity), "gRPC has something to say",
      {{"message", args->message}, {"at", absl::StrCat(args->file, ":", args->line)}});
}

}  // namespace

void LogWhatGrpcSays() { gpr_set_log_function(LogLine); }

}  // namespace bellwether
