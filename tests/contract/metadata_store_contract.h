#ifndef TESTS_CONTRACT_METADATA_STORE_CONTRACT_H_
#define TESTS_CONTRACT_METADATA_STORE_CONTRACT_H_

// What every MetadataStore promises. A store's test instantiates MetadataStoreContract with a way
// to make it, and DurableMetadataStoreContract too if it survives its process:
//
//   INSTANTIATE_TEST_SUITE_P(Mine, MetadataStoreContract, testing::Values(StoreCase{...}),
//                            StoreCaseName);

#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "controlplane/model/error.h"
#include "controlplane/store/metadata_store.h"

namespace bellwether {

// Holds an empty store, and what it needs, for the length of a test.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;

  virtual MetadataStore& store() = 0;
  // Closes the store and opens it again, for stores that are durable.
  virtual void Reopen() { FAIL() << "not a durable store"; }
};

struct StoreCase {
  std::string name;
  std::function<std::unique_ptr<StoreUnderTest>()> make;
};

inline std::string StoreCaseName(const testing::TestParamInfo<StoreCase>& info) {
  return info.param.name;
}

class MetadataStoreContract : public testing::TestWithParam<StoreCase> {
 protected:
  void SetUp() override { under_test_ = GetParam().make(); }

  MetadataStore& store() { return under_test_->store(); }
  StoreUnderTest& under_test() { return *under_test_; }

  // Commits without preconditions; the test fails if the store refuses.
  Revision Commit(std::vector<Mutation> mutations) {
    const absl::StatusOr<Revision> revision = store().Commit({{}, std::move(mutations)});
    EXPECT_TRUE(revision.ok()) << revision.status();
    return revision.value_or(-1);
  }
  Revision Put(const std::string& key, const std::string& value) { return Commit({{key, value}}); }

  // The entry, or nullopt if there is none; the test fails if it cannot be read.
  std::optional<StoredEntry> Get(absl::string_view key) {
    const absl::StatusOr<std::optional<StoredEntry>> entry = store().Get(key);
    EXPECT_TRUE(entry.ok()) << entry.status();
    return entry.value_or(std::nullopt);
  }
  MetadataStore::Listing List(absl::string_view prefix) {
    const absl::StatusOr<MetadataStore::Listing> listing = store().List(prefix);
    EXPECT_TRUE(listing.ok()) << listing.status();
    return listing.value_or(MetadataStore::Listing{});
  }
  std::vector<std::string> Keys(absl::string_view prefix) {
    std::vector<std::string> keys;
    for (const StoredEntry& entry : List(prefix).entries) keys.push_back(entry.key);
    return keys;
  }

  void ExpectMismatch(const absl::Status& status, const std::string& key) {
    EXPECT_EQ(status.code(), absl::StatusCode::kAborted) << status;
    EXPECT_EQ(GetReason(status), Reason::kRevisionMismatch) << status;
    EXPECT_EQ(GetErrorMetadata(status)["key"], key) << status;
  }

 private:
  std::unique_ptr<StoreUnderTest> under_test_;
};

TEST_P(MetadataStoreContract, AnEmptyStoreIsAtRevisionZero) {
  EXPECT_FALSE(Get("k").has_value());
  EXPECT_TRUE(List("").entries.empty());
  EXPECT_EQ(List("").revision, 0);
}

TEST_P(MetadataStoreContract, ACommitIsSeenWithItsRevision) {
  const Revision revision = Put("k", "v");
  EXPECT_EQ(revision, 1);
  const std::optional<StoredEntry> entry = Get("k");
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->key, "k");
  EXPECT_EQ(entry->value, "v");
  EXPECT_EQ(entry->revision, revision);
  EXPECT_EQ(List("").revision, revision);
}

TEST_P(MetadataStoreContract, RevisionsRiseAndAnEntryKeepsThatOfItsLastChange) {
  const Revision first = Put("a", "1");
  const Revision second = Put("b", "1");
  const Revision third = Put("b", "2");
  EXPECT_LT(first, second);
  EXPECT_LT(second, third);
  EXPECT_EQ(Get("a")->revision, first);
  EXPECT_EQ(Get("b")->revision, third);
  EXPECT_EQ(Get("b")->value, "2");
}

TEST_P(MetadataStoreContract, ACommitWithoutMutationsCountsToo) {
  const Revision first = Put("a", "1");
  const Revision second = Commit({});
  EXPECT_GT(second, first);
  EXPECT_EQ(List("").revision, second);
  EXPECT_EQ(Get("a")->revision, first);
}

TEST_P(MetadataStoreContract, RemovalTakesTheKeyAwayAndTheAbsentKeyIsNoError) {
  Put("a", "1");
  const Revision removed = Commit({{"a", std::nullopt}, {"never", std::nullopt}});
  EXPECT_FALSE(Get("a").has_value());
  EXPECT_TRUE(List("").entries.empty());
  EXPECT_EQ(List("").revision, removed);
}

TEST_P(MetadataStoreContract, PreconditionOnRevisionZeroMeansAbsent) {
  ASSERT_TRUE(store().Commit({{{"k", 0}}, {{"k", "first"}}}).ok());
  ExpectMismatch(store().Commit({{{"k", 0}}, {{"k", "second"}}}).status(), "k");
  EXPECT_EQ(Get("k")->value, "first");
  Commit({{"k", std::nullopt}});
  EXPECT_TRUE(store().Commit({{{"k", 0}}, {{"k", "third"}}}).ok());
}

TEST_P(MetadataStoreContract, PreconditionHoldsOnlyAtTheRevisionOfTheLastChange) {
  const Revision first = Put("k", "1");
  Put("other", "1");
  const absl::StatusOr<Revision> second = store().Commit({{{"k", first}}, {{"k", "2"}}});
  ASSERT_TRUE(second.ok()) << second.status();
  ExpectMismatch(store().Commit({{{"k", first}}, {{"k", "3"}}}).status(), "k");
  ExpectMismatch(store().Commit({{{"k", *second + 1}}, {{"k", "3"}}}).status(), "k");
  EXPECT_EQ(Get("k")->value, "2");
  Commit({{"k", std::nullopt}});
  ExpectMismatch(store().Commit({{{"k", *second}}, {{"k", "4"}}}).status(), "k");
}

TEST_P(MetadataStoreContract, AKeyIsNewWhenItComesBackAfterItsRemoval) {
  const Revision first = Put("k", "1");
  Commit({{"k", std::nullopt}});
  EXPECT_GT(Put("k", "1"), first);
  ExpectMismatch(store().Commit({{{"k", first}}, {}}).status(), "k");
}

TEST_P(MetadataStoreContract, OneFailedPreconditionStopsEverything) {
  const Revision a = Put("a", "1");
  const Revision before = Put("b", "1");
  ExpectMismatch(
      store()
          .Commit({{{"a", a}, {"b", a}, {"c", 0}}, {{"a", "2"}, {"b", std::nullopt}, {"c", "2"}}})
          .status(),
      "b");
  EXPECT_EQ(Get("a")->value, "1");
  EXPECT_EQ(Get("b")->value, "1");
  EXPECT_FALSE(Get("c").has_value());
  EXPECT_EQ(List("").revision, before);
}

TEST_P(MetadataStoreContract, AllMutationsOfACommitShareItsRevision) {
  Put("gone", "1");
  const Revision revision = Commit({{"a", "1"}, {"gone", std::nullopt}, {"b", "1"}});
  EXPECT_EQ(Get("a")->revision, revision);
  EXPECT_EQ(Get("b")->revision, revision);
  EXPECT_EQ(Keys(""), (std::vector<std::string>{"a", "b"}));
}

TEST_P(MetadataStoreContract, APreconditionMayConcernAKeyThatDoesNotChange) {
  const Revision guard = Put("guard", "1");
  EXPECT_TRUE(store().Commit({{{"guard", guard}}, {{"k", "1"}}}).ok());
  EXPECT_EQ(Get("guard")->revision, guard);
}

TEST_P(MetadataStoreContract, UnclearTransactionsAreRefusedWhole) {
  const std::vector<Transaction> unclear = {
      {{}, {{"a", "1"}, {"", "1"}}},
      {{{"", 0}}, {{"a", "1"}}},
      {{}, {{"a", "1"}, {"b", "1"}, {"a", std::nullopt}}},
  };
  for (const Transaction& transaction : unclear) {
    const absl::Status status = store().Commit(transaction).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << status;
    EXPECT_EQ(GetReason(status), Reason::kInvalidArgument) << status;
  }
  EXPECT_TRUE(List("").entries.empty());
  EXPECT_EQ(List("").revision, 0);
}

TEST_P(MetadataStoreContract, AnEmptyValueIsAValue) {
  Put("k", "");
  const std::optional<StoredEntry> entry = Get("k");
  ASSERT_TRUE(entry.has_value());
  EXPECT_EQ(entry->value, "");
  EXPECT_EQ(Keys("k"), std::vector<std::string>{"k"});
}

TEST_P(MetadataStoreContract, KeysAndValuesAreAnyBytes) {
  std::string all_bytes;
  for (int byte = 0; byte < 256; ++byte) all_bytes.push_back(static_cast<char>(byte));
  const std::string nul("a\0b", 3);
  Commit({{all_bytes, all_bytes}, {nul, "nul"}, {"a", "short"}});
  EXPECT_EQ(Get(all_bytes)->value, all_bytes);
  EXPECT_EQ(Get(nul)->value, "nul");
  EXPECT_EQ(Get("a")->value, "short");
  EXPECT_EQ(Keys(""), (std::vector<std::string>{all_bytes, "a", nul}));
}

TEST_P(MetadataStoreContract, ALargeValueComesBackWhole) {
  std::string large(3 << 20, 'x');
  large.back() = 'y';
  Put("k", large);
  EXPECT_EQ(Get("k")->value, large);
}

TEST_P(MetadataStoreContract, ListingIsInTheOrderOfUnsignedBytes) {
  for (const char* key : {"b", "\xff", "a\x7f", "a", "a\x80", "a/b", "\x01"}) Put(key, "v");
  EXPECT_EQ(Keys(""),
            (std::vector<std::string>{"\x01", "a", "a/b", "a\x7f", "a\x80", "b", "\xff"}));
}

TEST_P(MetadataStoreContract, ListingOfAPrefixHasThatPrefixAndNothingElse) {
  for (const char* key : {"a", "p", "p/", "p/1", "p/2", "p0", "q"}) Put(key, "v");
  EXPECT_EQ(Keys("p/"), (std::vector<std::string>{"p/", "p/1", "p/2"}));
  EXPECT_EQ(Keys("p"), (std::vector<std::string>{"p", "p/", "p/1", "p/2", "p0"}));
  EXPECT_EQ(Keys("p/1x"), std::vector<std::string>{});
  EXPECT_EQ(Keys("z"), std::vector<std::string>{});
}

TEST_P(MetadataStoreContract, APrefixMayEndInTheHighestByte) {
  const std::vector<std::string> keys = {"a", "a\xfe", "a\xff",    "a\xff\x01",   "a\xff\xff",
                                         "b", "\xff",  "\xff\xff", "\xff\xff\xff"};
  for (const std::string& key : keys) Put(key, "v");
  EXPECT_EQ(Keys("a\xff"), (std::vector<std::string>{"a\xff", "a\xff\x01", "a\xff\xff"}));
  EXPECT_EQ(Keys("\xff"), (std::vector<std::string>{"\xff", "\xff\xff", "\xff\xff\xff"}));
  EXPECT_EQ(Keys("\xff\xff"), (std::vector<std::string>{"\xff\xff", "\xff\xff\xff"}));
  EXPECT_EQ(Keys(""), keys);
}

TEST_P(MetadataStoreContract, NoUserKeyMeetsWhatTheStoreKeepsForItself) {
  // Every key of one byte, and names such as an engine might use.
  std::vector<Mutation> mutations;
  for (int byte = 0; byte < 256; ++byte) {
    mutations.push_back({std::string(1, static_cast<char>(byte)), "mine"});
  }
  for (const char* key : {"mformat", "mrevision", "revision", "format", "umrevision"}) {
    mutations.push_back({key, "mine"});
  }
  const size_t count = mutations.size();
  const Revision revision = Commit(mutations);
  const MetadataStore::Listing listing = List("");
  EXPECT_EQ(listing.revision, revision);
  ASSERT_EQ(listing.entries.size(), count);
  for (const StoredEntry& entry : listing.entries) EXPECT_EQ(entry.value, "mine") << entry.key;
  for (Mutation& mutation : mutations) mutation.value = std::nullopt;
  EXPECT_EQ(Commit(mutations), revision + 1);
  EXPECT_TRUE(List("").entries.empty());
}

TEST_P(MetadataStoreContract, OfRacingWritersExactlyOneWinsEachRound) {
  constexpr int kWriters = 8;
  constexpr int kRounds = 25;
  Revision current = Put("k", "start");
  for (int round = 0; round < kRounds; ++round) {
    std::vector<absl::StatusOr<Revision>> results(kWriters, absl::UnknownError("not run"));
    std::vector<std::thread> writers;
    for (int writer = 0; writer < kWriters; ++writer) {
      writers.emplace_back([this, current, writer, &results] {
        results[writer] = store().Commit({{{"k", current}}, {{"k", absl::StrCat(writer)}}});
      });
    }
    for (std::thread& writer : writers) writer.join();
    int winner = -1;
    for (int writer = 0; writer < kWriters; ++writer) {
      if (!results[writer].ok()) {
        ExpectMismatch(results[writer].status(), "k");
        continue;
      }
      EXPECT_EQ(winner, -1) << "two writers won";
      winner = writer;
    }
    ASSERT_NE(winner, -1) << "nobody won";
    EXPECT_EQ(Get("k")->value, absl::StrCat(winner));
    EXPECT_EQ(Get("k")->revision, *results[winner]);
    current = *results[winner];
  }
}

TEST_P(MetadataStoreContract, ConcurrentCommitsHaveRevisionsOfTheirOwn) {
  constexpr int kWriters = 8;
  constexpr int kCommits = 40;
  std::vector<std::vector<Revision>> revisions(kWriters);
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([this, writer, &revisions] {
      for (int n = 0; n < kCommits; ++n) {
        revisions[writer].push_back(Put(absl::StrCat(writer, "/", n), "v"));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  std::map<Revision, std::string> key_by_revision;
  for (int writer = 0; writer < kWriters; ++writer) {
    for (int n = 0; n < kCommits; ++n) {
      const std::string key = absl::StrCat(writer, "/", n);
      EXPECT_TRUE(key_by_revision.emplace(revisions[writer][n], key).second) << key;
      EXPECT_EQ(Get(key)->revision, revisions[writer][n]);
      if (n > 0) {
        EXPECT_LT(revisions[writer][n - 1], revisions[writer][n]);
      }
    }
  }
  EXPECT_EQ(key_by_revision.rbegin()->first, kWriters * kCommits);
  EXPECT_EQ(List("").revision, kWriters * kCommits);
}

TEST_P(MetadataStoreContract, AListingShowsOneRevisionWhileOthersCommit) {
  constexpr int kKeys = 20;
  constexpr int kListings = 60;
  std::atomic<bool> stop = false;
  // Every commit changes all keys alike, and adds a key named after its number.
  std::thread writer([this, &stop] {
    for (int n = 1; !stop; ++n) {
      std::vector<Mutation> mutations;
      for (int key = 0; key < kKeys; ++key) {
        mutations.push_back({absl::StrFormat("all/%02d", key), absl::StrCat(n)});
      }
      mutations.push_back({absl::StrFormat("log/%08d", n), ""});
      EXPECT_EQ(Commit(std::move(mutations)), n);
    }
  });
  for (int listings = 0; listings < kListings; ++listings) {
    const MetadataStore::Listing listing = List("");
    if (listing.revision == 0) {
      EXPECT_TRUE(listing.entries.empty());
      continue;
    }
    EXPECT_EQ(listing.entries.size(), kKeys + listing.revision);
    for (const StoredEntry& entry : listing.entries) {
      if (entry.key.substr(0, 4) != "all/") continue;
      EXPECT_EQ(entry.value, absl::StrCat(listing.revision));
      EXPECT_EQ(entry.revision, listing.revision);
    }
  }
  stop = true;
  writer.join();
}

TEST_P(MetadataStoreContract, WhatWasCommittedIsSeenByEveryLaterRead) {
  constexpr int kWriters = 4;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([this, writer] {
      for (int n = 0; n < 50; ++n) {
        const std::string key = absl::StrCat("writer/", writer);
        const Revision revision = Put(key, absl::StrCat(n));
        const std::optional<StoredEntry> entry = Get(key);
        EXPECT_TRUE(entry.has_value() && entry->value == absl::StrCat(n)) << key << " " << n;
        EXPECT_GE(List(key).revision, revision);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
}

class DurableMetadataStoreContract : public MetadataStoreContract {};

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(DurableMetadataStoreContract);

TEST_P(DurableMetadataStoreContract, ReopeningShowsTheSameEntriesAtTheSameRevision) {
  Put("kept", "1");
  Put("removed", "1");
  Commit({{"removed", std::nullopt}, {"kept", "2"}, {std::string("\0\xff", 2), ""}});
  const Revision last = Commit({});
  const MetadataStore::Listing before = List("");
  under_test().Reopen();
  const MetadataStore::Listing after = List("");
  EXPECT_EQ(after.revision, last);
  ASSERT_EQ(after.entries.size(), 2);
  for (size_t i = 0; i < after.entries.size(); ++i) {
    EXPECT_EQ(after.entries[i].key, before.entries[i].key);
    EXPECT_EQ(after.entries[i].value, before.entries[i].value);
    EXPECT_EQ(after.entries[i].revision, before.entries[i].revision);
  }
}

TEST_P(DurableMetadataStoreContract, RevisionsGoOnWhereTheyWereBeforeReopening) {
  const Revision first = Put("k", "1");
  under_test().Reopen();
  ExpectMismatch(store().Commit({{{"k", 0}}, {{"k", "2"}}}).status(), "k");
  const absl::StatusOr<Revision> second = store().Commit({{{"k", first}}, {{"k", "2"}}});
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(*second, first + 1);
}

}  // namespace bellwether

#endif  // TESTS_CONTRACT_METADATA_STORE_CONTRACT_H_
