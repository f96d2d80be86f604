#include "controlplane/planning/pool_plan.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "controlplane/assignment/balancing_round.h"
#include "controlplane/assignment/leader_view.h"
#include "controlplane/assignment/plan_membership.h"
#include "controlplane/planning/plan_members.h"

namespace bellwether {
namespace {

// Fewer partitions than this are not worth a new table.
constexpr size_t kSmallTable = 64;

bool Same(const std::vector<MemberInput>& a, const std::vector<MemberInput>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](const MemberInput& x, const MemberInput& y) {
                      return x.hash == y.hash && x.weight == y.weight && x.reserved == y.reserved;
                    });
}

}  // namespace

PoolPlan::PoolPlan(const PlanOptions& options, std::string zone)
    : options_(options), zone_(std::move(zone)) {}

void PoolPlan::Restore(const Plan& plan) {
  state_ = RestorePlanState(plan, options_.warm_up_rounds, options_.slow_start_rounds);
  plan_ = std::make_shared<const Plan>(plan);
  preferred_leaders_ = nullptr;
  members_.clear();
}

PlanReport PoolPlan::SetAgents(const PoolView& view) {
  std::vector<MemberInput> members = PlanMembers(view, zone_, state_);
  if (Same(members, members_)) return PlanReport();
  const PlanReport report = ApplyMembership(options_, members, state_);
  members_ = std::move(members);
  TakeIn(report);
  return report;
}

PlanReport PoolPlan::RunRound(const PoolView& view, const Measurements& measurements) {
  members_ = PlanMembers(view, zone_, state_);
  const PlanReport report = RunBalancingRound(options_, members_, measurements, state_);
  TakeIn(report);
  return report;
}

std::shared_ptr<const PlanLookup> PoolPlan::MakeLookup(const PoolView& view) {
  if (preferred_leaders_ == nullptr || !preferred_leaders_->IsFor(*plan_) || OutgrewLookup()) {
    preferred_leaders_ = std::make_shared<const PreferredLeaderTable>(state_);
  }
  lookup_ = std::make_shared<const PlanLookup>(plan_, LookupAgentsOf(view), preferred_leaders_,
                                               lookup_.get());
  return lookup_;
}

bool PoolPlan::OutgrewLookup() const {
  const size_t known = preferred_leaders_ == nullptr ? 0 : preferred_leaders_->size();
  return state_.partitions.size() > std::max(kSmallTable, 2 * known);
}

PlanStatus PoolPlan::Status() const {
  PlanStatus status;
  status.moves_by_cause = moves_by_cause_;
  status.partitions_ignored = partitions_ignored_;
  status.partitions = state_.partitions.size();
  status.spread = plan_->spread.size();
  status.moved = plan_->moved.size();
  status.unsplittable = plan_->unsplittable.size();
  status.evenness = Evenness(state_);
  return status;
}

void PoolPlan::TakeIn(const PlanReport& report) {
  for (size_t i = 0; i < moves_by_cause_.size(); ++i) {
    moves_by_cause_[i] += report.by_cause[i].moves;
  }
  partitions_ignored_ += report.partitions_ignored;
  if (report.changed) plan_ = std::make_shared<const Plan>(MakePlan(state_));
}

}  // namespace bellwether
