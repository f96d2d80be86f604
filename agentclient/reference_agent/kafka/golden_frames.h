#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_GOLDEN_FRAMES_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_GOLDEN_FRAMES_H_

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "agentclient/reference_agent/kafka/request_header.h"
#include "agentclient/reference_agent/kafka/wire_reader.h"
#include "agentclient/reference_agent/kafka/wire_writer.h"

namespace bellwether::kafka {

// The bytes of one line of testdata/golden_frames.txt; the test fails if there is no such line.
std::string Golden(absl::string_view name);

// The same bytes without the frame's length.
inline std::string GoldenRequest(absl::string_view api, int version) {
  return Golden(absl::StrCat(api, ".request.v", version)).substr(4);
}

// Parses the request with `parse(version, reader)`, first complete and then cut short after every
// byte. The complete request must be read to its end, and no cut one may be accepted. Returns the
// result of the complete one; it points into `frame`.
template <typename Parse>
auto ParseWholeAndTruncated(const std::string& frame, Parse parse) {
  for (size_t length = 0; length < frame.size(); ++length) {
    // A separate copy, so that AddressSanitizer detects a read beyond its end.
    const std::string part = frame.substr(0, length);
    WireReader reader(part);
    const RequestHeader header = ParseRequestHeader(reader);
    parse(header.api_version, reader);
    EXPECT_FALSE(reader.ok()) << "cut to " << length << " of " << frame.size() << " bytes";
  }
  WireReader reader(frame);
  const RequestHeader header = ParseRequestHeader(reader);
  EXPECT_EQ(header.correlation_id, 0x01020304);
  EXPECT_EQ(header.client_id, "app");
  auto request = parse(header.api_version, reader);
  EXPECT_TRUE(reader.ok());
  EXPECT_EQ(reader.remaining(), 0u);
  return request;
}

// A response frame for a request of `api_key`, whose body `write(writer)` writes.
template <typename Write>
std::string ResponseFrame(int16_t api_key, int version, Write write) {
  RequestHeader header;
  header.api_key = api_key;
  header.api_version = static_cast<int16_t>(version);
  header.correlation_id = 0x01020304;
  WireWriter writer;
  WriteResponseHeader(header, writer);
  write(writer);
  return writer.TakeFrame();
}

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_GOLDEN_FRAMES_H_
