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
  kSettings = 4,
  kWindowUpdate = 8,
  kContinuation = 9,
};
constexpr uint8_t kEndHeaders = 4;
constexpr uint8_t kAcknowledgement = 1;

}  // namespace

absl::string_view CutReasonName(CutReason reason) {
  switch (reason) {
    case CutReason::kUnfinishedHeaders:
      return "unfinished_headers";
    case CutReason::kResets:
      return "resets";
    case CutReason::kControlFrames:
      return "control_frames";
    case CutReason::kCalls:
      break;
  }
  return "calls";
}

bool Allowance::Take(MonotonicTime now) {
  left_ = std::min(at_once_, left_ + per_second_ * absl::ToDoubleSeconds(now - at_));
  at_ = now;
  if (left_ < 1) return false;
  left_ -= 1;
  return true;
}

void Allowance::Give() { left_ = std::min(at_once_, left_ + 1); }

bool SharedFrameLimits::TakeYoungReset(MonotonicTime now) {
  MutexLock lock(mutex_);
  return young_resets_.Take(now);
}

FrameCheck::FrameCheck(const Clock& clock, SharedFrameLimits& shared)
    : clock_(clock),
      shared_(shared),
      calls_(shared.limits().calls_at_once, shared.limits().calls_per_second),
      resets_(shared.limits().resets_at_once, shared.limits().resets_per_second),
      young_resets_(shared.limits().young_resets_at_once, shared.limits().young_resets_per_second),
      control_frames_(shared.limits().control_at_once, shared.limits().control_per_second),
      most_control_frames_(shared.limits().most_control_at_once,
                           shared.limits().most_control_per_second) {}

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
      if (payload_left_ > 0) control_frames_.Give();
      return std::nullopt;
    case kWindowUpdate:
      control_frames_.Give();
      return std::nullopt;
    case kHeaders:
      control_frames_.Give();
      header_bytes_ = 0;
      header_frames_ = 0;
      if (const auto reason = OnCall(); reason.has_value()) return reason;
      return OnHeaders(payload_left_, (head_[4] & kEndHeaders) != 0);
    case kContinuation:
      return OnHeaders(payload_left_, (head_[4] & kEndHeaders) != 0);
    case kReset:
      calls_.Give();
      return OnReset();
    case kSettings:
      if ((head_[4] & kAcknowledgement) != 0) {
        has_acknowledged_settings_ = true;
        unacknowledged_calls_ = 0;
      }
      return OnControlFrame();
    default:
      return OnControlFrame();
  }
}

uint32_t FrameCheck::stream() const {
  return static_cast<uint32_t>(head_[5] & 0x7f) << 24 | head_[6] << 16 | head_[7] << 8 | head_[8];
}

void FrameCheck::AgeCalls(MonotonicTime now) {
  const absl::Duration young = shared_.limits().young_call;
  const absl::Duration since_mark = now - marked_at_;
  if (since_mark < young) return;
  // Since a call that begins later sets the mark again, the newest one began within `young` of it.
  newest_old_call_ = since_mark < 2 * young ? marked_call_ : newest_call_;
  marked_call_ = newest_call_;
  marked_at_ = now;
}

std::optional<CutReason> FrameCheck::OnCall() {
  const MonotonicTime now = clock_.MonotonicNow();
  AgeCalls(now);
  newest_call_ = std::max(newest_call_, stream());
  if (!has_acknowledged_settings_) ++unacknowledged_calls_;
  if (unacknowledged_calls_ <= shared_.limits().unacknowledged_calls && calls_.Take(now)) {
    return std::nullopt;
  }
  return CutReason::kCalls;
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
  if (!resets_.Take(now)) return CutReason::kResets;
  AgeCalls(now);
  if (!IsYoung(stream()) || shared_.TakeYoungReset(now) || young_resets_.Take(now)) {
    return std::nullopt;
  }
  return CutReason::kResets;
}

std::optional<CutReason> FrameCheck::OnControlFrame() {
  const MonotonicTime now = clock_.MonotonicNow();
  if (most_control_frames_.Take(now) && control_frames_.Take(now)) return std::nullopt;
  return CutReason::kControlFrames;
}

}  // namespace bellwether
