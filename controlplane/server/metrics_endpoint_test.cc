#include "controlplane/server/metrics_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <prometheus/metric_family.h>

#include <asio.hpp>
#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace bellwether {
namespace {

using asio::ip::tcp;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr char kScrape[] = "GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n";

// One gauge with a help text of that length.
class Gauge final : public prometheus::Collectable {
 public:
  explicit Gauge(size_t help_length) : help_(help_length, 'x') {}
  std::vector<prometheus::MetricFamily> Collect() const override {
    prometheus::MetricFamily family;
    family.name = "test_gauge";
    family.help = help_;
    family.type = prometheus::MetricType::Gauge;
    family.metric.emplace_back().gauge.value = 7;
    return {family};
  }

 private:
  const std::string help_;
};

class MetricsEndpointTest : public testing::Test {
 protected:
  // Times are long, so that a test which waits for one does not end in time.
  static MetricsEndpointOptions Patient() {
    MetricsEndpointOptions options;
    options.request_time = absl::Hours(1);
    options.response_time = absl::Hours(1);
    return options;
  }

  void Serve(const MetricsEndpointOptions& options, const std::string& address = "127.0.0.1:0",
             size_t help_length = 10) {
    auto endpoint = MetricsEndpoint::Listen(address, options);
    ASSERT_TRUE(endpoint.ok()) << endpoint.status();
    endpoint_ = *std::move(endpoint);
    endpoint_->Start({std::make_shared<Gauge>(help_length)});
  }
  tcp::socket Connect(const std::string& host = "127.0.0.1") {
    tcp::socket socket(io_);
    socket.connect({asio::ip::make_address(host), static_cast<uint16_t>(endpoint_->port())});
    return socket;
  }
  static void Send(tcp::socket& socket, const std::string& text) {
    asio::write(socket, asio::buffer(text));
  }
  // Everything until the endpoint closes the connection.
  static std::string ReadToEnd(tcp::socket& socket) {
    std::string text;
    asio::error_code end;
    asio::read(socket, asio::dynamic_buffer(text), end);
    return text;
  }
  std::string Ask(const std::string& request, const std::string& host = "127.0.0.1") {
    tcp::socket socket = Connect(host);
    Send(socket, request);
    return ReadToEnd(socket);
  }

  asio::io_context io_;
  std::unique_ptr<MetricsEndpoint> endpoint_;
};

TEST_F(MetricsEndpointTest, ServesWhatIsCollected) {
  Serve(Patient());
  const std::string answer = Ask(kScrape);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain; version=0.0.4"));
  EXPECT_THAT(answer, EndsWith("test_gauge 7\n"));
  EXPECT_THAT(Ask("GET /metrics?name=x HTTP/1.0\r\n\r\n"), EndsWith("test_gauge 7\n"));
}

TEST_F(MetricsEndpointTest, ServesIpv6) {
  Serve(Patient(), "[::1]:0");
  EXPECT_THAT(Ask(kScrape, "::1"), EndsWith("test_gauge 7\n"));
}

TEST_F(MetricsEndpointTest, ServesBothFamiliesAtEveryAddress) {
  Serve(Patient(), "[::]:0");
  EXPECT_THAT(Ask(kScrape, "::1"), EndsWith("test_gauge 7\n"));
  EXPECT_THAT(Ask(kScrape, "127.0.0.1"), EndsWith("test_gauge 7\n"));
}

TEST_F(MetricsEndpointTest, AnAddressThatCannotBeUsedIsAnError) {
  Serve(Patient());
  for (const std::string& address :
       {absl::StrCat("127.0.0.1:", endpoint_->port()), std::string("[::1"),
        std::string("127.0.0.1"), std::string("[2001:db8::1]:0")}) {
    EXPECT_TRUE(absl::IsUnavailable(MetricsEndpoint::Listen(address).status())) << address;
  }
}

TEST_F(MetricsEndpointTest, OtherRequestsAreRefused) {
  Serve(Patient());
  EXPECT_THAT(Ask("GET / HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Ask("POST /metrics HTTP/1.1\r\n\r\n"), StartsWith("HTTP/1.1 405 "));
  EXPECT_THAT(Ask("\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Ask("GET /metrics\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
  EXPECT_THAT(Ask("HEAD /metrics HTTP/1.1\r\n\r\n"), Not(HasSubstr("test_gauge")));
}

TEST_F(MetricsEndpointTest, ARequestThatDoesNotEndIsRefused) {
  Serve(Patient());
  EXPECT_THAT(Ask("GET /metrics HTTP/1.1\r\nX: " + std::string(8 * 1024, 'x')),
              StartsWith("HTTP/1.1 431 "));
}

TEST_F(MetricsEndpointTest, SilentPeersAndHalfRequestsDelayNobody) {
  Serve(Patient());
  std::list<tcp::socket> peers;
  for (size_t i = 0; i < 3 * Patient().max_connections; ++i) {
    peers.push_back(Connect());
    if (i % 2 == 0) Send(peers.back(), "GET /metrics HT");
    EXPECT_THAT(Ask(kScrape), EndsWith("test_gauge 7\n"));
  }
}

TEST_F(MetricsEndpointTest, TheOldestSilentConnectionIsClosedWhenThereAreTooMany) {
  MetricsEndpointOptions options = Patient();
  options.max_connections = 2;
  Serve(options);
  tcp::socket oldest = Connect();
  tcp::socket middle = Connect();
  tcp::socket latest = Connect();
  EXPECT_EQ(ReadToEnd(oldest), "");
  Send(latest, kScrape);
  EXPECT_THAT(ReadToEnd(latest), EndsWith("test_gauge 7\n"));
  Send(middle, kScrape);
  EXPECT_THAT(ReadToEnd(middle), EndsWith("test_gauge 7\n"));
  EXPECT_EQ(endpoint_->refused(), uint64_t{1});
}

TEST_F(MetricsEndpointTest, PeersThatDoNotReadDelayNobody) {
  MetricsEndpointOptions options = Patient();
  options.max_connections = 4;
  // More than the system's buffers take.
  Serve(options, "127.0.0.1:0", 16 << 20);
  std::list<tcp::socket> peers;
  for (size_t i = 0; i < 6; ++i) {
    peers.push_back(Connect());
    Send(peers.back(), kScrape);
  }
  EXPECT_THAT(Ask(kScrape), EndsWith("test_gauge 7\n"));
}

TEST_F(MetricsEndpointTest, APeerThatSendsNoRequestIsDisconnectedInTime) {
  MetricsEndpointOptions options = Patient();
  options.request_time = absl::Milliseconds(20);
  Serve(options);
  tcp::socket silent = Connect();
  EXPECT_EQ(ReadToEnd(silent), "");
  tcp::socket half = Connect();
  Send(half, "GET /metrics HTTP/1.1\r\n");
  EXPECT_EQ(ReadToEnd(half), "");
}

TEST_F(MetricsEndpointTest, APeerThatDoesNotReadIsDisconnectedInTime) {
  MetricsEndpointOptions options = Patient();
  options.response_time = absl::Milliseconds(20);
  Serve(options, "127.0.0.1:0", 16 << 20);
  tcp::socket slow = Connect();
  Send(slow, kScrape);
  // The end of the connection shows in the system's state of the socket, without reading.
  pollfd end = {slow.native_handle(), POLLRDHUP, 0};
  EXPECT_EQ(poll(&end, 1, /*timeout=*/60'000), 1);
  EXPECT_LT(ReadToEnd(slow).size(), size_t{16} << 20);
}

TEST_F(MetricsEndpointTest, APeerThatHasNothingMoreToSendGetsItsAnswer) {
  Serve(Patient(), "127.0.0.1:0", 16 << 20);
  tcp::socket peer = Connect();
  Send(peer, kScrape);
  peer.shutdown(tcp::socket::shutdown_send);
  EXPECT_THAT(ReadToEnd(peer), EndsWith("test_gauge 7\n"));
}

TEST_F(MetricsEndpointTest, StopsWithOpenConnections) {
  Serve(Patient());
  tcp::socket silent = Connect();
  endpoint_.reset();
  EXPECT_EQ(ReadToEnd(silent), "");
}

}  // namespace
}  // namespace bellwether
