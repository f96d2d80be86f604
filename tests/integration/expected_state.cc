#include "tests/integration/expected_state.h"

#include <sstream>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"

namespace bellwether {

ExpectedState::ExpectedState(const std::string& path) : out_(path, std::ios::trunc), in_(path) {
  EXPECT_TRUE(out_.is_open() && in_.is_open()) << path;
}

void ExpectedState::Ask(const AdminChange& change) {
  const std::lock_guard<std::mutex> lock(mutex_);
  out_ << "ask " << change.id << ' ' << change.request_id << ' ' << static_cast<int>(change.method)
       << ' ' << change.display_name << std::endl;
}

void ExpectedState::Acknowledge(const AdminChange& change, const v1::VirtualCluster& answer) {
  const std::lock_guard<std::mutex> lock(mutex_);
  out_ << "ack " << change.id << ' ' << change.request_id << ' '
       << absl::BytesToHexString(answer.SerializeAsString()) << std::endl;
}

const std::map<std::string, ExpectedState::Cluster>& ExpectedState::Read() {
  in_.clear();
  std::string line;
  while (std::getline(in_, line)) {
    std::istringstream words(line);
    std::string what;
    AdminChange change;
    words >> what >> change.id >> change.request_id;
    Cluster& cluster = clusters_[change.id];
    if (what == "ask") {
      int method = 0;
      words >> method >> change.display_name;
      change.method = static_cast<AdminChange::Method>(method);
      cluster.in_doubt = change;
      continue;
    }
    std::string answer;
    words >> answer;
    EXPECT_TRUE(cluster.in_doubt.has_value() && cluster.in_doubt->request_id == change.request_id)
        << "acknowledged, but never asked for: " << line;
    cluster.last = cluster.in_doubt;
    cluster.in_doubt.reset();
    EXPECT_TRUE(cluster.answer.emplace().ParseFromString(absl::HexStringToBytes(answer))) << line;
  }
  return clusters_;
}

}  // namespace bellwether
