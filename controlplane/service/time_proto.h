#ifndef CONTROLPLANE_SERVICE_TIME_PROTO_H_
#define CONTROLPLANE_SERVICE_TIME_PROTO_H_

#include "absl/time/time.h"
#include "google/protobuf/duration.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace bellwether {

// Converts times and durations for the wire. Pure functions; times before 1970 and infinite
// durations do not occur here.
google::protobuf::Timestamp ToProto(absl::Time time);
google::protobuf::Duration ToProto(absl::Duration duration);

}  // namespace bellwether

#endif  // CONTROLPLANE_SERVICE_TIME_PROTO_H_
