#include "tests/contract/metadata_store_contract.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "controlplane/base/fake_clock.h"
#include "controlplane/store/in_memory_metadata_store.h"
#include "controlplane/store/observed_metadata_store.h"
#include "controlplane/store/rocksdb_metadata_store.h"

namespace bellwether {
namespace {

class InMemoryUnderTest final : public StoreUnderTest {
 public:
  MetadataStore& store() override { return store_; }

 private:
  InMemoryMetadataStore store_;
};

// The decorator promises what the store under it does.
class ObservedUnderTest final : public StoreUnderTest, private StoreObserver {
 public:
  MetadataStore& store() override { return store_; }

 private:
  void OnCommit(const absl::Status&, absl::Duration) override {}

  FakeClock clock_;
  ObservedMetadataStore store_{std::make_unique<InMemoryMetadataStore>(), clock_, *this};
};

class RocksDbUnderTest final : public StoreUnderTest {
 public:
  RocksDbUnderTest() {
    const testing::TestInfo* const test = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = test->name();
    for (char& c : name) c = c == '/' ? '_' : c;
    directory_ = absl::StrCat(testing::TempDir(), "/contract_", name);
    std::filesystem::remove_all(directory_);
    Open();
  }
  ~RocksDbUnderTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }

  MetadataStore& store() override { return *store_; }
  void Reopen() override {
    store_.reset();
    Open();
  }

 private:
  void Open() {
    auto store = RocksDbMetadataStore::Open(directory_);
    ASSERT_TRUE(store.ok()) << store.status();
    store_ = *std::move(store);
  }

  std::string directory_;
  std::unique_ptr<RocksDbMetadataStore> store_;
};

template <typename UnderTest>
StoreCase MakeCase(std::string name) {
  return {std::move(name), [] { return std::make_unique<UnderTest>(); }};
}

INSTANTIATE_TEST_SUITE_P(Stores, MetadataStoreContract,
                         testing::Values(MakeCase<InMemoryUnderTest>("InMemory"),
                                         MakeCase<ObservedUnderTest>("Observed"),
                                         MakeCase<RocksDbUnderTest>("RocksDb")),
                         StoreCaseName);
INSTANTIATE_TEST_SUITE_P(Stores, DurableMetadataStoreContract,
                         testing::Values(MakeCase<RocksDbUnderTest>("RocksDb")), StoreCaseName);

}  // namespace
}  // namespace bellwether
