#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_REQUEST_GATE_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_REQUEST_GATE_H_

#include <cstdint>

#include "absl/strings/string_view.h"

namespace bellwether::kafka {

// The part of a Produce or Fetch request that concerns one partition. Points into the frame.
struct PartitionRequest {
  // Number of the connection; never reused.
  uint64_t connection = 0;
  absl::string_view client_id;
  // Without the port.
  absl::string_view client_address;
  absl::string_view topic;
  int32_t partition = 0;
  bool is_fetch = false;
  // The records of a Produce.
  absl::string_view records;
};

// Decides which parts of Produce and Fetch requests are answered with NOT_LEADER_OR_FOLLOWER, so
// that the client requests metadata and goes to another agent. Implementations are thread-safe and
// do not block.
class RequestGate {
 public:
  virtual ~RequestGate() = default;

  virtual void OnConnectionOpened(uint64_t connection) = 0;
  virtual void OnConnectionClosed(uint64_t connection) = 0;

  // A Produce or Fetch has come, whether it is refused or not.
  virtual void OnRequest() = 0;
  // Whether this part is refused. Called in the order in which the requests of a connection came,
  // but not for a Produce that expects no answer.
  virtual bool ShouldRefuse(const PartitionRequest& request) = 0;
};

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_REQUEST_GATE_H_
