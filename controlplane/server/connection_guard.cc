#include "controlplane/server/connection_guard.h"

#include <dlfcn.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "controlplane/base/clock.h"
#include "controlplane/base/limited_log.h"
#include "controlplane/base/log.h"
#include "controlplane/server/frame_check.h"

namespace bellwether {
namespace {

// Threads of gRPC read until the process ends, so neither is ever destroyed.
const Clock& GuardClock() {
  static const Clock& clock = *new SystemClock;
  return clock;
}
SharedFrameLimits& ProcessFrameLimits() {
  static SharedFrameLimits& limits = *new SharedFrameLimits;
  return limits;
}

// A connection that is read. gRPC reads each from one thread at a time.
class GuardedConnection {
 public:
  explicit GuardedConnection(const AcceptedPeer& peer)
      : peer_(peer), check_(GuardClock(), ProcessFrameLimits()) {}

  bool is_cut() const { return is_cut_; }

  // Whether gRPC may have these bytes, which came next. Once false, the connection is cut off.
  bool Pass(absl::string_view bytes) {
    const std::optional<CutReason> reason = check_.Read(bytes);
    if (!reason.has_value()) return true;
    is_cut_ = true;
    peer_.cuts->Count(*reason);
    const absl::string_view name = CutReasonName(*reason);
    ProcessLimitedLog().Write(absl::StrCat("cut ", peer_.listener, " ", peer_.host, " ", name),
                              LogLevel::kWarning, "connection cut off",
                              {{"listener", peer_.listener},
                               {"peer", peer_.peer},
                               {"reason", name},
                               {"remedy",
                                "find out what runs at that address; if it is no client of yours, "
                                "keep it away by a network policy"}});
    return false;
  }

 private:
  const AcceptedPeer peer_;
  FrameCheck check_;
  bool is_cut_ = false;
};

// Guarded connections by their descriptors. Find takes no lock. A connection stays until its
// descriptor is closed, and gRPC closes no descriptor that it reads. Thread-safe.
class DescriptorTable {
 public:
  GuardedConnection* Find(int descriptor) const {
    const Slot* const slot = SlotOf(descriptor);
    return slot == nullptr ? nullptr : slot->load(std::memory_order_acquire);
  }
  void Add(int descriptor, std::unique_ptr<GuardedConnection> connection) {
    MakeChunk(descriptor);
    delete SlotOf(descriptor)->exchange(connection.release(), std::memory_order_acq_rel);
  }
  void Remove(int descriptor) {
    if (Find(descriptor) == nullptr) return;
    delete SlotOf(descriptor)->exchange(nullptr, std::memory_order_acq_rel);
  }

 private:
  using Slot = std::atomic<GuardedConnection*>;
  static constexpr size_t kChunkSlots = 4096;
  using Chunk = std::array<Slot, kChunkSlots>;

  // nullptr if there is none.
  Slot* SlotOf(int descriptor) const {
    const auto index = static_cast<size_t>(descriptor);
    if (descriptor < 0 || index / kChunkSlots >= chunks_.size()) return nullptr;
    Chunk* const chunk = chunks_[index / kChunkSlots].load(std::memory_order_acquire);
    return chunk == nullptr ? nullptr : &(*chunk)[index % kChunkSlots];
  }
  void MakeChunk(int descriptor) {
    std::atomic<Chunk*>& chunk = chunks_.at(static_cast<size_t>(descriptor) / kChunkSlots);
    if (chunk.load(std::memory_order_acquire) != nullptr) return;
    auto made = std::make_unique<Chunk>();
    Chunk* none = nullptr;
    if (chunk.compare_exchange_strong(none, made.get(), std::memory_order_acq_rel)) made.release();
  }

  // Linux has no descriptor above 2^30; with fewer than 2^24 the table is small.
  std::array<std::atomic<Chunk*>, 4096> chunks_ = {};
};

// Usable before and after everything else: libraries close files when they are loaded and unloaded.
constinit DescriptorTable descriptors;

// The definition of `name` that the program would use without this file.
template <typename Function>
Function* Next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

// Where OpenSSL keeps the GuardedConnection of a TLS connection; below 0: nowhere yet.
std::atomic<int> tls_index = -1;

void OnNewTls(void* /*parent*/, void* /*value*/, CRYPTO_EX_DATA* data, int index, long /*number*/,
              void* /*unused*/) {
  const AcceptedConnection* const connection = AcceptedConnection::Current();
  if (connection == nullptr) return;
  CRYPTO_set_ex_data(data, index, new GuardedConnection(connection->peer()));
}

void OnFreeTls(void* /*parent*/, void* value, CRYPTO_EX_DATA* /*data*/, int /*index*/,
               long /*number*/, void* /*unused*/) {
  delete static_cast<GuardedConnection*>(value);
}

// Whether all that is in `message`, in that many bytes, may pass.
bool PassMessage(const msghdr& message, size_t bytes, GuardedConnection& connection) {
  for (size_t i = 0; i < message.msg_iovlen && bytes > 0; ++i) {
    const size_t part = std::min(message.msg_iov[i].iov_len, bytes);
    if (!connection.Pass({static_cast<const char*>(message.msg_iov[i].iov_base), part})) {
      return false;
    }
    bytes -= part;
  }
  return true;
}

}  // namespace

void GuardConnection(const AcceptedConnection& connection, int descriptor) {
  descriptors.Add(descriptor, std::make_unique<GuardedConnection>(connection.peer()));
}

absl::Status GuardTlsConnections() {
  static const bool kIsDone = [] {
    tls_index = SSL_get_ex_new_index(0, nullptr, OnNewTls, nullptr, OnFreeTls);
    return tls_index >= 0;
  }();
  return kIsDone ? absl::OkStatus()
                 : absl::InternalError("OpenSSL has no room for data of TLS connections");
}

}  // namespace bellwether

using bellwether::descriptors;
using bellwether::GuardedConnection;

extern "C" {

ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
  static const auto kSystem = bellwether::Next<decltype(recvmsg)>("recvmsg");
  GuardedConnection* const connection =
      (flags & MSG_ERRQUEUE) != 0 ? nullptr : descriptors.Find(descriptor);
  // gRPC may call several times for one read, and delivers the bytes read before an error. A
  // further call must not find an empty socket.
  if (connection == nullptr || !connection->is_cut()) {
    const ssize_t bytes = kSystem(descriptor, message, flags);
    if (bytes <= 0 || connection == nullptr ||
        bellwether::PassMessage(*message, static_cast<size_t>(bytes), *connection)) {
      return bytes;
    }
  }
  errno = ECONNRESET;
  return -1;
}

int close(int descriptor) {
  static const auto kSystem = bellwether::Next<decltype(close)>("close");
  descriptors.Remove(descriptor);
  return kSystem(descriptor);
}

int SSL_read(SSL* ssl, void* buffer, int size) {
  static const auto kOpenSsl = bellwether::Next<decltype(SSL_read)>("SSL_read");
  const int index = bellwether::tls_index.load(std::memory_order_relaxed);
  auto* const connection =
      index < 0 ? nullptr : static_cast<GuardedConnection*>(SSL_get_ex_data(ssl, index));
  if (connection == nullptr || !connection->is_cut()) {
    const int bytes = kOpenSsl(ssl, buffer, size);
    if (bytes <= 0 || connection == nullptr ||
        connection->Pass({static_cast<const char*>(buffer), static_cast<size_t>(bytes)})) {
      return bytes;
    }
  }
  ERR_raise(ERR_LIB_SSL, SSL_R_EXCESSIVE_MESSAGE_SIZE);
  return -1;
}

}  // extern "C"
