#include "controlplane/membership/pool_map.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

TEST(PoolMapTest, FindsWhatWasInsertedUntilItIsErased) {
  PoolMap<int> map;
  EXPECT_EQ(map.Find("a"), nullptr);
  EXPECT_EQ(*map.Insert("a", std::make_shared<int>(1)), 1);
  EXPECT_EQ(*map.Find("a"), 1);
  map.Erase("a");
  map.Erase("never there");
  EXPECT_EQ(map.Find("a"), nullptr);
}

TEST(PoolMapTest, FirstInsertWins) {
  PoolMap<int> map;
  map.Insert("a", std::make_shared<int>(1));
  EXPECT_EQ(*map.Insert("a", std::make_shared<int>(2)), 1);
  EXPECT_EQ(map.All().size(), 1u);
}

TEST(PoolMapTest, EraseOfAValueSparesAnother) {
  PoolMap<int> map;
  const std::shared_ptr<int> first = map.Insert("a", std::make_shared<int>(1));
  map.Erase("a", std::make_shared<int>(1));
  EXPECT_EQ(map.Find("a"), first);
  map.Erase("a", first);
  EXPECT_EQ(map.Find("a"), nullptr);
}

TEST(PoolMapTest, ConcurrentInsertsAgreeAndNoneIsLost) {
  PoolMap<int> map;
  std::atomic<int> disagreements = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&map, &disagreements, t] {
      for (int i = 0; i < 500; ++i) {
        const std::string id = absl::StrCat("pool-", i);
        const std::shared_ptr<int> inserted = map.Insert(id, std::make_shared<int>(t));
        if (map.Find(id) != inserted) ++disagreements;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(disagreements, 0);
  EXPECT_EQ(map.All().size(), 500u);
}

}  // namespace
}  // namespace bellwether
