#include "controlplane/catalog/stored_plans.h"

#include "controlplane/catalog/keys.h"
#include "controlplane/catalog/plan_codec.h"
#include "controlplane/catalog/test_catalog.h"

namespace bellwether {
namespace {

Plan MakePlanOfEverything() {
  Plan plan;
  plan.tick = 77;
  plan.agents = {{1, 2, 3, true}, {0xFFFFFFFFFFFFFFFF, 1, 1, false}};
  plan.displaced = {{10, 5, 1, MoveCause::kRelieved}};
  plan.spread = {{11, 6, MoveCause::kSpread, {0, 1}, {{100, 0}, {200, 1}}}};
  plan.loans = {{10, 0, 1}};
  plan.unsplittable = {{12, 7}};
  return plan;
}

class StoredPlansTest : public CatalogTest {
 protected:
  StoredPlansTest() { CreatePool("orders"); }

  StoredPlans Plans() { return StoredPlans(store_, *catalog_); }
};

TEST_F(StoredPlansTest, PlanIsReadBackAsItWasStored) {
  const Plan plan = MakePlanOfEverything();
  ASSERT_TRUE(IsValidPlan(plan));
  ASSERT_TRUE(Plans().Put("orders", plan).ok());
  Reopen();
  const auto plans = Plans().List();
  ASSERT_TRUE(plans.ok()) << plans.status();
  ASSERT_EQ(plans->size(), 1u);
  EXPECT_EQ(plans->front().agent_pool_id, "orders");
  EXPECT_EQ(plans->front().plan, plan);
}

TEST_F(StoredPlansTest, PlanWithoutExceptionsIsNotKept) {
  ASSERT_TRUE(Plans().Put("orders", MakePlanOfEverything()).ok());
  Plan plain;
  plain.agents = {{1, 2, 2, false}};
  EXPECT_FALSE(HasExceptions(plain));
  ASSERT_TRUE(Plans().Put("orders", plain).ok());
  EXPECT_FALSE(store_.Get(PlanKey("orders"))->has_value());
}

TEST_F(StoredPlansTest, PlanGoesWithItsPool) {
  ASSERT_TRUE(Plans().Put("orders", MakePlanOfEverything()).ok());
  ASSERT_TRUE(catalog_->DeleteAgentPool("orders", /*force=*/false, {}).ok());
  EXPECT_FALSE(store_.Get(PlanKey("orders"))->has_value());
  EXPECT_TRUE(Plans().Put("orders", MakePlanOfEverything()).ok());
  EXPECT_FALSE(store_.Get(PlanKey("orders"))->has_value());
}

TEST_F(StoredPlansTest, PoolThatIsDeletedMeanwhileLeavesNoPlan) {
  store_.BeforeNextCommit(
      [this] { EXPECT_TRUE(catalog_->DeleteAgentPool("orders", false, {}).ok()); });
  const absl::Status status = Plans().Put("orders", MakePlanOfEverything());
  ExpectError(status, absl::StatusCode::kAborted, Reason::kRevisionMismatch);
  EXPECT_FALSE(store_.Get(PlanKey("orders"))->has_value());
}

TEST_F(StoredPlansTest, PlanThatCannotBeUsedIsDropped) {
  Plan wrong = MakePlanOfEverything();
  wrong.displaced[0].leader = 2;
  Plan huge = MakePlanOfEverything();
  huge.spread[0].members = {0, 70};
  for (const std::string& value :
       {EncodePlan(wrong), EncodePlan(huge), std::string("\xFF\xFF\xFF")}) {
    ASSERT_TRUE(store_.Commit({{}, {{PlanKey("orders"), value}}}).ok());
    ExpectError(DecodePlan({PlanKey("orders"), value, 1}).status(), absl::StatusCode::kDataLoss,
                Reason::kStoreCorrupt, "plan/orders");
    const auto plans = Plans().List();
    ASSERT_TRUE(plans.ok()) << plans.status();
    EXPECT_TRUE(plans->empty());
  }
}

}  // namespace
}  // namespace bellwether
