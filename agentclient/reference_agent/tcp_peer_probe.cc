#include "agentclient/reference_agent/tcp_peer_probe.h"

#include <asio/connect.hpp>
#include <asio/error.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <chrono>
#include <string>
#include <system_error>

namespace bellwether {

bool TcpPeerProbe::IsGone(const HostPort& address) {
  constexpr std::chrono::milliseconds kPatience(500);
  asio::io_context io;
  std::error_code error;
  asio::ip::tcp::resolver resolver(io);
  const auto endpoints = resolver.resolve(address.host, std::to_string(address.port), error);
  if (error) return false;
  asio::ip::tcp::socket socket(io);
  std::error_code result = asio::error::timed_out;
  asio::async_connect(
      socket, endpoints,
      [&result](const std::error_code& outcome, const auto& /*endpoint*/) { result = outcome; });
  io.run_for(kPatience);
  return static_cast<bool>(result);
}

}  // namespace bellwether
