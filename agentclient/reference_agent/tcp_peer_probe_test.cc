#include "agentclient/reference_agent/tcp_peer_probe.h"

#include <gtest/gtest.h>

#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <memory>

namespace bellwether {
namespace {

TEST(TcpPeerProbeTest, TellsWhoListensFromWhoDoesNot) {
  asio::io_context io;
  auto listening = std::make_unique<asio::ip::tcp::acceptor>(
      io, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0));
  const int32_t port = listening->local_endpoint().port();
  TcpPeerProbe probe;
  EXPECT_FALSE(probe.IsGone({"127.0.0.1", port}));
  listening = nullptr;
  EXPECT_TRUE(probe.IsGone({"127.0.0.1", port}));
}

TEST(TcpPeerProbeTest, NameThatNobodyKnowsSaysNothing) {
  EXPECT_FALSE(TcpPeerProbe().IsGone({"no such host", 9092}));
}

}  // namespace
}  // namespace bellwether
