#include "agentclient/reference_agent/kafka/refusal_log.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/log.h"
#include "controlplane/base/stable_hash.h"

namespace bellwether::kafka {
namespace {

// A client id can be as long as a frame's string: 32 767 bytes.
constexpr size_t kMaxLoggedClientId = 256;

}  // namespace

bool RefusalLog::Log(absl::string_view client_address, absl::string_view client_id,
                     absl::string_view what) {
  // Lengths go first, so that no two clients have one text whatever bytes they send.
  const uint64_t key = StableHash(absl::StrCat(client_address.size(), ":", client_address,
                                               client_id.size(), ":", client_id, what));
  const MonotonicTime now = clock_->MonotonicNow();
  bool first_left_out = false;
  {
    MutexLock lock(mutex_);
    if (now - begin_ >= kPeriod) {
      begin_ = now;
      logged_.clear();
      full_ = false;
    }
    if (logged_.contains(key)) return false;
    if (logged_.size() >= kMaxLines) {
      if (std::exchange(full_, true)) return false;
      first_left_out = true;
    } else {
      logged_.insert(key);
    }
  }
  if (first_left_out) {
    bellwether::Log(LogLevel::kWarning, "refusal log limit reached",
                    {{"logged", kMaxLines}, {"period", absl::FormatDuration(kPeriod)}});
    return false;
  }
  bellwether::Log(LogLevel::kWarning, "client request refused",
                  {{"client", client_address},
                   {"client_id", client_id.substr(0, kMaxLoggedClientId)},
                   {"refused", what}});
  return true;
}

}  // namespace bellwether::kafka
