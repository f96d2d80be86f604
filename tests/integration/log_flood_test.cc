// Whatever untrusted peers send, the log stays small and counts the lines that it leaves out.

#include <gmock/gmock.h>
#include <grpcpp/create_channel.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "bellwether/v1/discovery.grpc.pb.h"
#include "tests/support/control_plane_process.h"
#include "tests/support/process.h"

namespace bellwether {
namespace {

using ::testing::HasSubstr;

constexpr int kCalls = 10'000;
constexpr size_t kMaxLogBytes = 100'000;

// A peer that speaks HTTP/2 frame by frame and connects again whenever it is cut off.
class RawPeer {
 public:
  explicit RawPeer(const std::string& address) {
    EXPECT_TRUE(absl::SimpleAtoi(address.substr(address.rfind(':') + 1), &port_));
  }
  ~RawPeer() { Close(); }
  RawPeer(const RawPeer&) = delete;
  RawPeer& operator=(const RawPeer&) = delete;

  // Sends a request with this `te` header, and waits until it has ended or the connection has.
  void Call(const std::string& te) {
    if (connection_ < 0) Connect();
    std::string block;
    for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
             {":method", "POST"},
             {":scheme", "http"},
             {":path", "/bellwether.v1.DiscoveryService/ResolveLeaders"},
             {":authority", "localhost"},
             {"content-type", "application/grpc"},
             {"te", te}}) {
      // A literal without indexing, with a new name.
      absl::StrAppend(&block, std::string(1, '\0'), HpackText(name), HpackText(value));
    }
    constexpr uint8_t kHeaders = 1;
    constexpr uint8_t kEndOfStreamAndHeaders = 5;
    if (!Send(Frame(kHeaders, kEndOfStreamAndHeaders, stream_, block))) return Close();
    AwaitEndOf(stream_);
    stream_ += 2;
  }

 private:
  static std::string HpackText(const std::string& text) {
    std::string length;
    size_t rest = text.size();
    if (rest < 127) {
      length = static_cast<char>(rest);
    } else {
      length = static_cast<char>(127);
      for (rest -= 127; rest >= 128; rest /= 128) length += static_cast<char>(rest % 128 + 128);
      length += static_cast<char>(rest);
    }
    return length + text;
  }
  static std::string Frame(uint8_t type, uint8_t flags, uint32_t stream,
                           const std::string& payload) {
    std::string frame;
    for (const int shift : {16, 8, 0}) frame += static_cast<char>(payload.size() >> shift);
    frame += static_cast<char>(type);
    frame += static_cast<char>(flags);
    for (const int shift : {24, 16, 8, 0}) frame += static_cast<char>(stream >> shift);
    return frame + payload;
  }

  void Connect() {
    sockaddr_in server = {};
    server.sin_family = AF_INET;
    server.sin_port = htons(static_cast<uint16_t>(port_));
    server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection_ = socket(AF_INET, SOCK_STREAM, 0);
    ASSERT_EQ(connect(connection_, reinterpret_cast<sockaddr*>(&server), sizeof(server)), 0);
    stream_ = 1;
    constexpr uint8_t kSettings = 4;
    constexpr uint8_t kAcknowledgement = 1;
    Send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + Frame(kSettings, 0, 0, "") +
         Frame(kSettings, kAcknowledgement, 0, ""));
  }
  bool Send(const std::string& bytes) const {
    return send(connection_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }
  // The next `size` bytes; empty if the connection has ended.
  std::string Receive(size_t size) const {
    std::string bytes(size, '\0');
    if (size == 0) return bytes;
    const ssize_t received = recv(connection_, bytes.data(), size, MSG_WAITALL);
    return received == static_cast<ssize_t>(size) ? bytes : "";
  }
  void AwaitEndOf(uint32_t stream) {
    constexpr uint8_t kResetStream = 3;
    while (true) {
      const std::string head = Receive(9);
      if (head.empty()) return Close();
      const auto byte = [&head](int i) { return static_cast<uint8_t>(head[i]); };
      const size_t size = byte(0) << 16 | byte(1) << 8 | byte(2);
      if (Receive(size).size() != size) return Close();
      const uint32_t of = byte(5) << 24 | byte(6) << 16 | byte(7) << 8 | byte(8);
      const bool ends = byte(3) == kResetStream || (byte(3) <= 1 && (byte(4) & 1) != 0);
      if (of == stream && ends) return;
    }
  }
  void Close() {
    if (connection_ >= 0) close(connection_);
    connection_ = -1;
  }

  int port_ = 0;
  int connection_ = -1;
  uint32_t stream_ = 1;
};

// What the lines of `output` that contain `text` stand for: themselves and those left out.
int64_t CountedLines(const std::string& output, const std::string& text) {
  int64_t count = 0;
  for (const absl::string_view line : absl::StrSplit(output, '\n')) {
    if (!absl::StrContains(line, text)) continue;
    int64_t left_out = 0;
    // Without the field it stays 0.
    [[maybe_unused]] const bool counted =
        absl::SimpleAtoi(LogValue(std::string(line), "left_out"), &left_out);
    count += 1 + left_out;
  }
  return count;
}

TEST(LogFloodTest, WhatGrpcSaysOfBadRequestsIsShortAndCounted) {
  ControlPlaneProcess plane;
  RawPeer peer(plane.agent_address());
  const std::string bad_te(2'000, 'x');
  for (int i = 0; i < kCalls; ++i) peer.Call(bad_te);
  EXPECT_EQ(plane.Stop(SIGTERM), 0);
  const std::string output = plane.process().Output();
  EXPECT_LT(output.size(), kMaxLogBytes);
  EXPECT_THAT(output, HasSubstr("event=grpc")) << "gRPC has nothing to say of these requests";
  EXPECT_GE(CountedLines(output, "event=grpc"), kCalls);
}

TEST(LogFloodTest, RefusedCallsAreOneLineAMinuteAndCounted) {
  ControlPlaneProcess plane({"--authentication=required"});
  const auto stub = v1::DiscoveryService::NewStub(
      grpc::CreateChannel(plane.agent_address(), grpc::InsecureChannelCredentials()));
  for (int i = 0; i < kCalls; ++i) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer not-a-key");
    v1::ResolveLeadersResponse response;
    ASSERT_EQ(stub->ResolveLeaders(&context, {}, &response).error_code(),
              grpc::StatusCode::PERMISSION_DENIED);
  }
  EXPECT_EQ(plane.Stop(SIGTERM), 0);
  const std::string output = plane.process().Output();
  EXPECT_LT(output.size(), kMaxLogBytes);
  EXPECT_EQ(CountedLines(output, "event=audit"), kCalls);
  EXPECT_THAT(output, HasSubstr("outcome=\"refused: "));
}

}  // namespace
}  // namespace bellwether
