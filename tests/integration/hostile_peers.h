#ifndef TESTS_INTEGRATION_HOSTILE_PEERS_H_
#define TESTS_INTEGRATION_HOSTILE_PEERS_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"

namespace bellwether {

// What peers without a credential send to a gRPC port, frame by frame.
enum class Attack {
  // A header with a declared length of 2 GiB, in CONTINUATION frames of 16 KiB.
  kEndlessHeader,
  // As kEndlessHeader, in frames of 64 bytes, which cost the server more for each byte.
  kEndlessHeaderInSmallFrames,
  // Small headers without end, 15 MiB on each connection.
  kSmallHeaders,
  // Headers of 4 KiB without end.
  kLargeHeaders,
  // Calls that are reset at once.
  kResets,
  // As kResets, and every hundredth call is a health check that is answered.
  kResetsBetweenCalls,
  // Calls whose time is over when they begin, so that the server ends them. The server's SETTINGS
  // are not acknowledged, so that gRPC does not count them.
  kTimeouts,
  // Calls with a frame that makes the server reset them (CVE-2025-8671).
  kServerResets,
  // PING frames, whose answers it does not read.
  kPings,
  // SETTINGS frames, whose answers it does not read; alone, and each with a frame of data.
  kSettings,
  kSettingsBetweenData,
};

// Connections that attack a port concurrently until the end; each reconnects a short time after it
// was cut off.
class HostilePeers {
 public:
  HostilePeers(const std::string& address, bool tls, Attack attack, int connections);
  // Ends the attack.
  ~HostilePeers() { End(); }
  HostilePeers(const HostilePeers&) = delete;
  HostilePeers& operator=(const HostilePeers&) = delete;

  void End();

  // Totals until now: how often a connection was cut off; the bytes that were sent; the longest
  // time until a connection was cut off.
  int cuts() const { return cuts_; }
  int64_t bytes() const { return bytes_; }
  absl::Duration longest() const { return absl::Milliseconds(longest_ms_.load()); }

 private:
  void Run();
  // One connection, until it is cut off or the end.
  void AttackOnce();

  const int port_;
  const bool tls_;
  const Attack attack_;
  std::atomic<bool> end_ = false;
  std::atomic<int> cuts_ = 0;
  std::atomic<int64_t> bytes_ = 0;
  std::atomic<int64_t> longest_ms_ = 0;
  std::vector<std::thread> threads_;
};

}  // namespace bellwether

#endif  // TESTS_INTEGRATION_HOSTILE_PEERS_H_
