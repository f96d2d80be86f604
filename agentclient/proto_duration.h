#ifndef AGENTCLIENT_PROTO_DURATION_H_
#define AGENTCLIENT_PROTO_DURATION_H_

#include <google/protobuf/duration.pb.h>

#include "absl/time/time.h"

namespace bellwether {

// Converts to absl::Duration. Pure.
inline absl::Duration FromProto(const google::protobuf::Duration& duration) {
  return absl::Seconds(duration.seconds()) + absl::Nanoseconds(duration.nanos());
}

}  // namespace bellwether

#endif  // AGENTCLIENT_PROTO_DURATION_H_
