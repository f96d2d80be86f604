#include "controlplane/server/connection_collector.h"

#include <gtest/gtest.h>

#include <asio.hpp>
#include <map>
#include <string>
#include <utility>

namespace bellwether {
namespace {

using asio::ip::tcp;

// By family and listener.
std::map<std::pair<std::string, std::string>, double> Values(const ConnectionCollector& collector) {
  std::map<std::pair<std::string, std::string>, double> values;
  for (const prometheus::MetricFamily& family : collector.Collect()) {
    for (const prometheus::ClientMetric& metric : family.metric) {
      values[{family.name, metric.label.front().value}] =
          family.type == prometheus::MetricType::Counter ? metric.counter.value
                                                         : metric.gauge.value;
    }
  }
  return values;
}

TEST(ConnectionCollectorTest, CountsTheConnectionsOfEachListener) {
  asio::io_context io;
  tcp::acceptor agents(io, {asio::ip::make_address("127.0.0.1"), 0});
  tcp::acceptor admins(io, {asio::ip::make_address("::1"), 0});
  const ConnectionCollector collector(
      {{"agent", agents.local_endpoint().port(), [] { return 3; },
        [](CutReason reason) { return reason == CutReason::kResets ? 2 : 0; }},
       {"admin", admins.local_endpoint().port(), [] { return 0; }, nullptr}});
  EXPECT_EQ((Values(collector)[{"bellwether_connections_open", "agent"}]), 0);
  tcp::socket agent(io);
  agent.connect(agents.local_endpoint());
  const tcp::socket to_agent = agents.accept();
  tcp::socket admin(io);
  admin.connect(admins.local_endpoint());
  tcp::socket to_admin = admins.accept();
  auto values = Values(collector);
  EXPECT_EQ((values[{"bellwether_connections_open", "agent"}]), 1);
  EXPECT_EQ((values[{"bellwether_connections_open", "admin"}]), 1);
  EXPECT_EQ((values[{"bellwether_connections_refused_total", "agent"}]), 3);
  EXPECT_EQ((values[{"bellwether_connections_refused_total", "admin"}]), 0);
  to_admin.close();
  EXPECT_EQ((Values(collector)[{"bellwether_connections_open", "admin"}]), 0);
}

}  // namespace
}  // namespace bellwether
