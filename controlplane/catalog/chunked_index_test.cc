#include "controlplane/catalog/chunked_index.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "controlplane/base/random.h"
#include "gtest/gtest.h"

namespace bellwether {
namespace {

struct Thing {
  std::string id;
  uint64_t number = 0;
};

using Index = ChunkedIndex<Thing, &Thing::id>;
using Twin = std::map<std::string, uint64_t>;

std::shared_ptr<const Thing> Make(const std::string& id, uint64_t number) {
  return std::make_shared<const Thing>(Thing{id, number});
}

Twin Contents(const Index& index, const std::string& after = "") {
  Twin contents;
  std::string last = after;
  index.VisitAfter(after, [&](const std::shared_ptr<const Thing>& thing) {
    EXPECT_LT(last, thing->id);
    last = thing->id;
    contents[thing->id] = thing->number;
    return true;
  });
  return contents;
}

TEST(ChunkedIndexTest, DoesWhatAMapDoes) {
  SeededRandom random(1);
  Index index;
  Twin twin;
  for (int i = 0; i < 20'000; ++i) {
    const std::string id = absl::StrCat("k", random.Below(3'000));
    // First it grows, over many chunks, then it shrinks.
    if (random.Below(10) < (i < 10'000 ? 8u : 2u)) {
      index.Put(Make(id, i));
      twin[id] = i;
    } else {
      index.Erase(id);
      twin.erase(id);
    }
    ASSERT_EQ(index.size(), twin.size());
    const auto found = index.Find(id);
    ASSERT_EQ(found != nullptr, twin.count(id) > 0);
    if (i % 1'000 == 0) {
      ASSERT_EQ(Contents(index), twin);
      ASSERT_EQ(Contents(index, id), Twin(twin.upper_bound(id), twin.end()));
    }
  }
  for (const auto& entry : Twin(twin)) index.Erase(entry.first);
  EXPECT_EQ(index.size(), 0u);
  EXPECT_EQ(Contents(index), Twin());
  EXPECT_EQ(index.Find("k1"), nullptr);
}

TEST(ChunkedIndexTest, ACopyDoesNotChange) {
  std::vector<std::shared_ptr<const Thing>> things;
  for (int i = 2'000; i > 0; --i) things.push_back(Make(absl::StrCat("k", i), i));
  Index index(things);
  const Index copy = index;
  const Twin before = Contents(copy);
  EXPECT_EQ(before.size(), 2'000u);
  index.Put(Make("k7", 0));
  index.Erase("k8");
  index.Put(Make("k7a", 1));
  EXPECT_EQ(Contents(copy), before);
  EXPECT_EQ(index.Find("k7")->number, 0u);
  EXPECT_EQ(index.Find("k8"), nullptr);
}

}  // namespace
}  // namespace bellwether
