#ifndef CONTROLPLANE_SERVER_FRAME_CHECK_H_
#define CONTROLPLANE_SERVER_FRAME_CHECK_H_

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/mutex.h"
#include "controlplane/model/limits.h"

namespace bellwether {

// Why a connection is cut off.
enum class CutReason {
  // Headers of one call that are too long, or that stay unfinished while too many others are
  // unfinished too.
  kUnfinishedHeaders,
  // Calls that the peer resets faster than an honest client cancels.
  kResets,
  // Frames that belong to no call, such as PING and SETTINGS, at a higher rate than calls cause
  // them.
  kControlFrames,
  // More calls in flight than the server allows for a connection.
  kCalls,
};
inline constexpr CutReason kCutReasons[] = {CutReason::kUnfinishedHeaders, CutReason::kResets,
                                            CutReason::kControlFrames, CutReason::kCalls};

// "unfinished_headers", for example; used in metrics and the log.
absl::string_view CutReasonName(CutReason reason);

// A token bucket: a number of events at once, and a number in each second after that. Not
// thread-safe.
class Allowance {
 public:
  Allowance(double at_once, double per_second)
      : at_once_(at_once), per_second_(per_second), left_(at_once) {}

  // Takes one token. False if none is left.
  bool Take(MonotonicTime now);
  // Returns one token, up to the initial number.
  void Give();

 private:
  const double at_once_;
  const double per_second_;
  double left_;
  MonotonicTime at_;
};

// The limits of FrameCheck.
struct FrameLimits {
  // Size of the headers of one call in bytes, as HPACK encodes them, and of the frames that carry
  // them. gRPC answers calls with more than 8 KiB of headers with an error.
  uint32_t header_bytes = 32 * 1024;
  int header_frames = 16;
  // Frames of unfinished headers on all connections together. gRPC 1.51 keeps up to 8 KiB of each.
  // Honest clients send headers in one frame, which also ends them.
  int64_t unfinished_frames = 1'000;
  // Calls that a connection may begin faster than the server can answer. A client has at most
  // kMaxCallsPerConnection in flight, so it begins no more than that before it has read answers;
  // twice as many leave room for answers that cross them. gRPC 1.51 counts calls only after the
  // client has acknowledged the server's SETTINGS, and does not count calls that end as they begin.
  double calls_at_once = 2 * kMaxCallsPerConnection;
  double calls_per_second = 100'000;
  // Calls before the acknowledgement of SETTINGS.
  int unacknowledged_calls = kMaxCallsPerConnection;
  // Calls that one connection may reset: a client may cancel all calls in flight at once, and all
  // calls that replace them.
  double resets_at_once = 1'000;
  double resets_per_second = 500;
  // A call is young if it began less than one to two of these periods ago. gRPC 1.51 keeps
  // kilobytes for a call that is reset before the server has looked at it.
  absl::Duration young_call = absl::Milliseconds(250);
  // Young calls that all connections together may reset, and those that one connection may reset in
  // addition while the total exceeds that limit.
  double all_young_resets_at_once = 3'000;
  double all_young_resets_per_second = 1'500;
  double young_resets_at_once = 25;
  double young_resets_per_second = 5;
  // Frames that belong to no call. Each call, DATA and WINDOW_UPDATE frame allows one more, since
  // clients measure a connection with PING while calls carry data; the second pair is the limit
  // including those.
  double control_at_once = 1'000;
  double control_per_second = 100;
  double most_control_at_once = 20'000;
  double most_control_per_second = 10'000;
};

// Limits that all connections of the process share. Thread-safe.
class SharedFrameLimits {
 public:
  explicit SharedFrameLimits(const FrameLimits& limits = {})
      : limits_(limits),
        young_resets_(limits.all_young_resets_at_once, limits.all_young_resets_per_second) {}

  const FrameLimits& limits() const { return limits_; }
  // False if there are now too many; the frame is counted in any case.
  bool AddUnfinishedFrame() { return unfinished_frames_.fetch_add(1) < limits_.unfinished_frames; }
  void RemoveUnfinishedFrames(int64_t frames) { unfinished_frames_.fetch_sub(frames); }
  bool TakeYoungReset(MonotonicTime now);

 private:
  const FrameLimits limits_;
  std::atomic<int64_t> unfinished_frames_ = 0;
  Mutex mutex_;
  Allowance young_resets_ ABSL_GUARDED_BY(mutex_);
};

// Reads the frames of HTTP/2 (RFC 9113, section 4.1) that one peer sends, and detects behaviour
// that no honest client shows: ways in which a peer without a credential can cause unlimited work
// in gRPC 1.51 (CVE-2023-33953, CVE-2023-44487, CVE-2019-9512, CVE-2019-9515). It reads the header
// of each frame, never its content. Not thread-safe.
class FrameCheck {
 public:
  // `clock` and `shared` must outlive it.
  FrameCheck(const Clock& clock, SharedFrameLimits& shared);
  ~FrameCheck() { shared_.RemoveUnfinishedFrames(unfinished_frames_); }
  FrameCheck(const FrameCheck&) = delete;
  FrameCheck& operator=(const FrameCheck&) = delete;

  // Reads the next bytes, complete frames or not. Returns the reason if the connection must be cut
  // off; nothing may be read after that. A peer that does not begin with HTTP/2 is left to gRPC,
  // which rejects it.
  std::optional<CutReason> Read(absl::string_view bytes);

 private:
  static constexpr size_t kFrameHeadBytes = 9;

  // Removes the client's preface from `bytes`.
  void ReadPreface(absl::string_view& bytes);
  std::optional<CutReason> OnFrame();
  std::optional<CutReason> OnCall();
  std::optional<CutReason> OnHeaders(uint32_t bytes, bool last);
  std::optional<CutReason> OnReset();
  std::optional<CutReason> OnControlFrame();
  // Stream of the current frame; 0 is the connection itself.
  uint32_t stream() const;
  // Updates the state that IsYoung uses. REQUIRES: called before newest_call_ changes.
  void AgeCalls(MonotonicTime now);
  // Stream numbers rise, so the newest stream at some moment separates older calls from younger
  // ones.
  bool IsYoung(uint32_t stream) const { return stream > newest_old_call_; }

  const Clock& clock_;
  SharedFrameLimits& shared_;
  bool is_http2_ = true;
  size_t preface_bytes_ = 0;
  // Header of the current frame.
  std::array<uint8_t, kFrameHeadBytes> head_ = {};
  size_t head_bytes_ = 0;
  uint32_t payload_left_ = 0;
  // Size of the current headers.
  uint32_t header_bytes_ = 0;
  int header_frames_ = 0;
  int64_t unfinished_frames_ = 0;
  bool has_acknowledged_settings_ = false;
  int unacknowledged_calls_ = 0;
  // The newest call; the newest call at `marked_at_`; the newest call that is no longer young.
  uint32_t newest_call_ = 0;
  uint32_t marked_call_ = 0;
  uint32_t newest_old_call_ = 0;
  MonotonicTime marked_at_;
  Allowance calls_;
  Allowance resets_;
  Allowance young_resets_;
  Allowance control_frames_;
  Allowance most_control_frames_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVER_FRAME_CHECK_H_
