#include "controlplane/catalog/stored_plans.h"

#include <memory>

#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/plan_codec.h"
#include "controlplane/catalog/test_catalog.h"

namespace bellwether {
namespace {

PlanSet Only(const Plan& plan) {
  PlanSet plans;
  plans.whole = std::make_shared<const Plan>(plan);
  return plans;
}

Plan MakePlanOfEverything() {
  Plan plan;
  plan.round = 77;
  plan.agents = {{1, 2, 3, true}, {0xFFFFFFFFFFFFFFFF, 1, 1, false}};
  plan.moved = {{10, 5, 1, MoveCause::kRebalanced}};
  plan.spread = {{11, 6, MoveCause::kSpread, {0, 1}, {{100, 0}, {200, 1}}}};
  plan.takeovers = {{10, 0, 1}};
  plan.unsplittable = {{12, 7}};
  return plan;
}

class StoredPlansTest : public CatalogTest {
 protected:
  StoredPlansTest() { CreatePool("orders"); }

  StoredPlans Plans() { return StoredPlans(store_, *catalog_); }
};

TEST_F(StoredPlansTest, PlanIsReadBackAsItWasStored) {
  PlanSet stored = Only(MakePlanOfEverything());
  Plan other = MakePlanOfEverything();
  other.round = 78;
  stored.zones["a"] = std::make_shared<const Plan>(other);
  ASSERT_TRUE(IsValidPlan(other));
  ASSERT_TRUE(Plans().Put("orders", stored).ok());
  Reopen();
  const auto all = Plans().List();
  ASSERT_TRUE(all.ok()) << all.status();
  ASSERT_EQ(all->size(), 1u);
  EXPECT_EQ(all->front().agent_pool_id, "orders");
  const PlanSet& plans = all->front().plans;
  EXPECT_EQ(*plans.whole, *stored.whole);
  ASSERT_EQ(plans.zones.size(), 1u);
  EXPECT_EQ(*plans.zones.at("a"), other);
}

TEST_F(StoredPlansTest, PlanWithoutExceptionsIsNotKept) {
  ASSERT_TRUE(Plans().Put("orders", Only(MakePlanOfEverything())).ok());
  Plan plain;
  plain.agents = {{1, 2, 2, false}};
  PlanSet plans = Only(plain);
  EXPECT_FALSE(IsWorthStoring(plans));
  ASSERT_TRUE(Plans().Put("orders", plans).ok());
  EXPECT_FALSE(store_.Get(PlanKey("orders"))->has_value());
  // Whether clients of a zone go by the pool's exceptions or by none.
  plans.zones["a"] = std::make_shared<const Plan>(plain);
  EXPECT_TRUE(IsWorthStoring(plans));
}

TEST_F(StoredPlansTest, PlanGoesWithItsPool) {
  ASSERT_TRUE(Plans().Put("orders", Only(MakePlanOfEverything())).ok());
  ASSERT_TRUE(catalog_->DeleteAgentPool("orders", /*force=*/false, {}).ok());
  EXPECT_FALSE(store_.Get(PlanKey("orders"))->has_value());
  EXPECT_TRUE(Plans().Put("orders", Only(MakePlanOfEverything())).ok());
  EXPECT_FALSE(store_.Get(PlanKey("orders"))->has_value());
}

TEST_F(StoredPlansTest, PoolThatIsDeletedMeanwhileLeavesNoPlan) {
  store_.BeforeNextCommit(
      [this] { EXPECT_TRUE(catalog_->DeleteAgentPool("orders", false, {}).ok()); });
  const absl::Status status = Plans().Put("orders", Only(MakePlanOfEverything()));
  ExpectError(status, absl::StatusCode::kAborted, Reason::kRevisionMismatch);
  EXPECT_FALSE(store_.Get(PlanKey("orders"))->has_value());
}

TEST_F(StoredPlansTest, PlanThatCannotBeUsedIsDropped) {
  Plan wrong = MakePlanOfEverything();
  wrong.moved[0].leader = 2;
  Plan huge = MakePlanOfEverything();
  huge.spread[0].members = {0, 70};
  PlanSet wrong_zone = Only(MakePlanOfEverything());
  wrong_zone.zones["a"] = std::make_shared<const Plan>(wrong);
  PlanSet nameless_zone = Only(MakePlanOfEverything());
  nameless_zone.zones[""] = nameless_zone.whole;
  for (const std::string& value :
       {EncodePlans(Only(wrong)), EncodePlans(Only(huge)), EncodePlans(wrong_zone),
        EncodePlans(nameless_zone), std::string("\xFF\xFF\xFF")}) {
    ASSERT_TRUE(store_.Commit({{}, {{PlanKey("orders"), value}}}).ok());
    ExpectError(DecodePlans({PlanKey("orders"), value, 1}).status(), absl::StatusCode::kDataLoss,
                Reason::kStoreCorrupt, "plan/orders");
    const auto plans = Plans().List();
    ASSERT_TRUE(plans.ok()) << plans.status();
    EXPECT_TRUE(plans->empty());
  }
}

}  // namespace
}  // namespace bellwether
