#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_TEST_CLIENT_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_TEST_CLIENT_H_

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace bellwether::kafka {

// A blocking client of 127.0.0.1 that sends arbitrary bytes and reads frames. Gives up after 20 s,
// so that a test fails instead of hanging. Not thread-safe.
class TestClient {
 public:
  explicit TestClient(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience = {20, 0};
    setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
  }
  ~TestClient() { Close(); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  bool connected() const { return connected_; }

  // False if the server has closed the connection.
  bool Send(absl::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) ADD_FAILURE() << "the server neither reads nor closes";
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }

  // The next frame with its length; nullopt if the connection ends first.
  std::optional<std::string> Receive() {
    std::string frame = ReceiveBytes(4);
    if (frame.size() < 4) return std::nullopt;
    size_t length = 0;
    for (const char c : frame) length = length << 8 | static_cast<unsigned char>(c);
    frame += ReceiveBytes(length);
    if (frame.size() < 4 + length) return std::nullopt;
    return frame;
  }

  // Whether the server closes the connection without sending anything more.
  bool SeesTheEnd() {
    char byte = 0;
    const ssize_t got = recv(socket_, &byte, 1, 0);
    return got == 0 || (got < 0 && errno == ECONNRESET);
  }

  // As SeesTheEnd, but also requires that the connection is not reset. On systems other than Linux
  // a reset would discard answers that have not been read yet.
  bool SeesGoodbye() {
    char byte = 0;
    return recv(socket_, &byte, 1, 0) == 0;
  }

  void Close() {
    if (socket_ >= 0) close(socket_);
    socket_ = -1;
  }

 private:
  std::string ReceiveBytes(size_t count) {
    std::string bytes(count, '\0');
    size_t filled = 0;
    while (filled < count) {
      const ssize_t got = recv(socket_, &bytes[filled], count - filled, 0);
      if (got <= 0) break;
      filled += static_cast<size_t>(got);
    }
    bytes.resize(filled);
    return bytes;
  }

  int socket_;
  bool connected_ = false;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_TEST_CLIENT_H_
