#include "controlplane/server/frame_check.h"

#include <algorithm>

namespace bellwether {
namespace {

// RFC 9113, section 3.4.
constexpr absl::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// RFC 9113, section 6.
enum FrameType : uint8_t {
  kData = 0,
  kHeaders = 1,
  kReset = 3,
  kWindowUpdate = 8,
  kContinuation = 9,
};
constexpr uint8_t kEndHeaders = 4;

}  // namespace

absl::string_view CutReasonName(CutReason reason) {
  switch (reason) {
    case CutReason::kUnfinishedHeaders:
      return "unfinished_headers";
    case CutReason::kResets:
      return "resets";
    case CutReason::kControlFrames:
      break;
  }
  return "control_frames";
}

bool Allowance::Take(MonotonicTime now) {
  left_ = std::min(at_once_, left_ + per_second_ * absl::ToDoubleSeconds(now - at_));
  at_ = now;
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

void Allowance::Give() { left_ = std::min(at_once_, left_ + 1); }

bool SharedFrameLimits::TakeReset(MonotonicTime now) {
  MutexLock lock(mutex_);
  return resets_.Take(now);
}

FrameCheck::FrameCheck(const Clock& clock, SharedFrameLimits& shared)
    : clock_(clock),
      shared_(shared),
      resets_(shared.limits().resets_at_once, shared.limits().resets_per_second),
      control_frames_(shared.limits().control_at_once, shared.limits().control_per_second) {}

std::optional<CutReason> FrameCheck::Read(absl::string_view bytes) {
  ReadPreface(bytes);
  if (!is_http2_) return std::nullopt;
  while (!bytes.empty()) {
    const size_t payload = std::min<size_t>(payload_left_, bytes.size());
    payload_left_ -= static_cast<uint32_t>(payload);
    bytes.remove_prefix(payload);
    const size_t head = std::min(kFrameHeadBytes - head_bytes_, bytes.size());
    std::copy_n(bytes.begin(), head, head_.begin() + head_bytes_);
    bytes.remove_prefix(head);
    head_bytes_ += head;
    if (head_bytes_ < kFrameHeadBytes) continue;
    head_bytes_ = 0;
    if (const auto reason = OnFrame(); reason.has_value()) return reason;
  }
  return std::nullopt;
}

void FrameCheck::ReadPreface(absl::string_view& bytes) {
  const absl::string_view expected = kPreface.substr(preface_bytes_, bytes.size());
  is_http2_ = is_http2_ && bytes.substr(0, expected.size()) == expected;
  preface_bytes_ += expected.size();
  bytes.remove_prefix(expected.size());
}

std::optional<CutReason> FrameCheck::OnFrame() {
  payload_left_ = static_cast<uint32_t>(head_[0]) << 16 | head_[1] << 8 | head_[2];
  switch (head_[3]) {
    case kData:
      control_frames_.Give();
      return std::nullopt;
    case kHeaders:
      control_frames_.Give();
      header_bytes_ = 0;
      header_frames_ = 0;
      return OnHeaders(payload_left_, (head_[4] & kEndHeaders) != 0);
    case kContinuation:
      return OnHeaders(payload_left_, (head_[4] & kEndHeaders) != 0);
    case kReset:
      return OnReset();
    case kWindowUpdate:
      return std::nullopt;
    default:
      break;
  }
  if (control_frames_.Take(clock_.MonotonicNow())) return std::nullopt;
  return CutReason::kControlFrames;
}

std::optional<CutReason> FrameCheck::OnHeaders(uint32_t bytes, bool last) {
  header_bytes_ += bytes;
  ++header_frames_;
  bool fits = header_bytes_ <= shared_.limits().header_bytes &&
              header_frames_ <= shared_.limits().header_frames;
  if (last) {
    shared_.RemoveUnfinishedFrames(unfinished_frames_);
    unfinished_frames_ = 0;
  } else {
    ++unfinished_frames_;
    fits = shared_.AddUnfinishedFrame() && fits;
  }
  if (fits) return std::nullopt;
  return CutReason::kUnfinishedHeaders;
}

std::optional<CutReason> FrameCheck::OnReset() {
  const MonotonicTime now = clock_.MonotonicNow();
  const bool is_allowed = resets_.Take(now);
  const bool is_shared = shared_.TakeReset(now);
  if (is_allowed && (is_shared || resets_.taken() <= shared_.limits().resets_at_any_time)) {
    return std::nullopt;
  }
  return CutReason::kResets;
}

}  // namespace bellwether
