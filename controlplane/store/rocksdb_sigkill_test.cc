#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "controlplane/model/error.h"
#include "controlplane/store/rocksdb_metadata_store.h"

namespace bellwether {
namespace {

// Runs commit_until_killed and reads its output. Kills it at the latest in the destructor.
class Committer {
 public:
  explicit Committer(const std::string& directory) {
    int fds[2];
    EXPECT_EQ(pipe2(fds, O_CLOEXEC), 0);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fds[1], STDOUT_FILENO);
    std::string program = "controlplane/store/commit_until_killed";
    std::string argument = directory;
    char* argv[] = {program.data(), argument.data(), nullptr};
    EXPECT_EQ(posix_spawn(&pid_, program.c_str(), &actions, nullptr, argv, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    close(fds[1]);
    output_ = fdopen(fds[0], "r");
  }
  ~Committer() {
    Kill();
    fclose(output_);
  }

  // The next line, or "" after the last one.
  std::string ReadLine() {
    char line[256];
    if (fgets(line, sizeof(line), output_) == nullptr) return "";
    return std::string(absl::StripSuffix(line, "\n"));
  }
  void Kill() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    int status = 0;
    waitpid(pid_, &status, 0);
    EXPECT_TRUE(WIFSIGNALED(status)) << "it ended before it was killed, with status " << status;
    pid_ = -1;
  }

 private:
  pid_t pid_ = -1;
  FILE* output_ = nullptr;
};

class RocksDbSigkillTest : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::remove_all(directory_); }

  const std::string directory_ = absl::StrCat(testing::TempDir(), "/sigkill");
};

TEST_F(RocksDbSigkillTest, NothingAcknowledgedIsMissingAndNothingIsHalfThere) {
  for (int kill = 0; kill < 8; ++kill) {
    std::map<std::string, int> acknowledged;
    const auto read = [&acknowledged](Committer& committer, bool* more) {
      const std::string line = committer.ReadLine();
      const std::vector<std::string> words = absl::StrSplit(line, ' ');
      *more = !line.empty();
      int n = 0;
      if (words.size() == 2 && absl::SimpleAtoi(words[1], &n)) acknowledged[words[0]] = n;
    };
    Committer committer(directory_);
    ASSERT_EQ(committer.ReadLine(), "open");
    // Killed while it commits, after a different number of commits each time.
    bool more = true;
    for (int lines = 0; more && lines < 40 + 37 * kill; ++lines) read(committer, &more);
    committer.Kill();
    while (more) read(committer, &more);
    ASSERT_EQ(acknowledged.size(), 4);

    auto store = RocksDbMetadataStore::Open(directory_);
    ASSERT_TRUE(store.ok()) << store.status();
    const MetadataStore::Listing listing = (*store)->List("").value();
    ASSERT_EQ(listing.entries.size(), 8);
    for (size_t i = 0; i < listing.entries.size(); i += 2) {
      const StoredEntry& a = listing.entries[i];
      const StoredEntry& b = listing.entries[i + 1];
      const std::string writer = a.key.substr(0, a.key.find('/'));
      int stored = 0;
      ASSERT_TRUE(absl::SimpleAtoi(a.value, &stored));
      EXPECT_GE(stored, acknowledged[writer]) << "an acknowledged commit is missing";
      // One more may have been on its way.
      EXPECT_LE(stored, acknowledged[writer] + 1);
      EXPECT_EQ(b.key, writer + "/b");
      EXPECT_EQ(b.value, a.value) << "half a commit";
      EXPECT_EQ(b.revision, a.revision);
      EXPECT_LE(a.revision, listing.revision);
    }
  }
}

TEST_F(RocksDbSigkillTest, ADirectoryThatAnotherProcessHasOpenIsRefused) {
  Committer committer(directory_);
  ASSERT_EQ(committer.ReadLine(), "open");
  const absl::Status status = RocksDbMetadataStore::Open(directory_).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
  EXPECT_EQ(GetReason(status), Reason::kStoreInUse) << status;
  EXPECT_NE(committer.ReadLine(), "") << "the refusal disturbed the owner";
  committer.Kill();
  EXPECT_TRUE(RocksDbMetadataStore::Open(directory_).ok()) << "the lock outlived its process";
}

}  // namespace
}  // namespace bellwether
