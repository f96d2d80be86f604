// Commits from four threads to the store in the given directory until it is killed, and prints each
// step on a line of standard output: "open", then "WRITER N" once the N-th commit of a writer is
// acknowledged. Commit N writes N to the keys "WRITER/a" and "WRITER/b".

#include <unistd.h>

#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "controlplane/store/rocksdb_metadata_store.h"

namespace bellwether {
namespace {

// One write(2), so that lines of several threads do not mix.
bool Say(const std::string& line) {
  return write(STDOUT_FILENO, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

void CommitForEver(MetadataStore& store, int writer) {
  for (int n = 1;; ++n) {
    Transaction transaction;
    for (const char* half : {"a", "b"}) {
      transaction.mutations.push_back({absl::StrCat(writer, "/", half), absl::StrCat(n)});
    }
    if (!store.Commit(transaction).ok() || !Say(absl::StrCat(writer, " ", n, "\n"))) return;
  }
}

int Main(const std::string& directory) {
  absl::StatusOr<std::unique_ptr<RocksDbMetadataStore>> store =
      RocksDbMetadataStore::Open(directory);
  if (!store.ok()) {
    std::cerr << store.status() << "\n";
    return 1;
  }
  if (!Say("open\n")) return 1;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&store, writer] { CommitForEver(**store, writer); });
  }
  for (std::thread& writer : writers) writer.join();
  return 1;
}

}  // namespace
}  // namespace bellwether

int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: commit_until_killed DIRECTORY\n";
    return 2;
  }
  return bellwether::Main(argv[1]);
}
