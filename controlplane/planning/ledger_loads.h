#ifndef CONTROLPLANE_PLANNING_LEDGER_LOADS_H_
#define CONTROLPLANE_PLANNING_LEDGER_LOADS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "controlplane/assignment/agent_loads.h"
#include "controlplane/membership/load_ledger.h"

namespace bellwether {

// The ledgers of a view's agents, at the same positions.
using Ledgers = std::vector<std::shared_ptr<LoadLedger>>;

// Loads by ledgers: as last reported, and what was sent there since.
class LedgerLoads final : public AgentLoads {
 public:
  // `ledgers` must outlive it.
  explicit LedgerLoads(const Ledgers& ledgers) : ledgers_(ledgers) {}

  std::optional<double> LoadOf(uint32_t position, MonotonicTime now) const override {
    const LoadLedger& ledger = *ledgers_[position];
    if (!ledger.HasReport(now)) return std::nullopt;
    return ledger.reported_load() + ledger.pending();
  }
  double ReportedLoadOf(uint32_t position) const override {
    return ledgers_[position]->reported_load();
  }
  RequestsInFlight RequestsOf(uint32_t position) const override {
    return {ledgers_[position]->in_flight_requests(), ledgers_[position]->connections()};
  }

 private:
  const Ledgers& ledgers_;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_PLANNING_LEDGER_LOADS_H_
