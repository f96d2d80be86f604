#ifndef CONTROLPLANE_MEMBERSHIP_TEST_AGENTS_H_
#define CONTROLPLANE_MEMBERSHIP_TEST_AGENTS_H_

#include <cstdint>
#include <string>

#include "controlplane/membership/heartbeat.h"
#include "controlplane/membership/roster.h"
#include "controlplane/model/agent.h"

namespace bellwether {

// Agents of the pool "apn_orders", for tests.

inline Registration TestRegistration(const std::string& agent_id, int64_t epoch = 1) {
  Registration registration;
  registration.spec.agent_id = agent_id;
  registration.spec.boot_id = "boot-" + std::to_string(epoch);
  registration.spec.address = {"10.0.0.1", 9092};
  registration.agent_pool_id = "apn_orders";
  registration.epoch = epoch;
  return registration;
}

inline Heartbeat TestHeartbeat(const std::string& agent_id, int64_t sequence, int64_t epoch = 1,
                               double cpu_utilization = 0.5) {
  Heartbeat heartbeat;
  heartbeat.agent = {"apn_orders", agent_id};
  heartbeat.epoch = epoch;
  heartbeat.sequence = sequence;
  heartbeat.report.load.cpu_utilization = cpu_utilization;
  return heartbeat;
}

// The entry of that agent; if there is none, an empty entry without a registration.
inline RosterEntry FindEntry(const Roster& roster, const std::string& agent_id) {
  for (const RosterEntry& entry : roster.entries) {
    if (entry.registration->spec.agent_id == agent_id) return entry;
  }
  return {};
}

}  // namespace bellwether

#endif  // CONTROLPLANE_MEMBERSHIP_TEST_AGENTS_H_
