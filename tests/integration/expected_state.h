#ifndef TESTS_INTEGRATION_EXPECTED_STATE_H_
#define TESTS_INTEGRATION_EXPECTED_STATE_H_

#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "bellwether/v1/virtual_cluster.pb.h"

namespace bellwether {

// A change of a virtual cluster, as it is asked for.
struct AdminChange {
  enum class Method { kCreate, kUpdate, kDelete, kUndelete };

  Method method = Method::kCreate;
  std::string id;
  std::string request_id;
  // For kCreate and kUpdate; without white space.
  std::string display_name;
};

// What a control plane must still know after it was killed, in a file: a line before each change is
// asked for, and another one once it is acknowledged, with the answer. Changes of one cluster are
// asked for one after the other. Thread-safe, but for Read.
class ExpectedState {
 public:
  struct Cluster {
    // The last acknowledged change and its answer; nullopt if there was none yet.
    std::optional<AdminChange> last;
    std::optional<v1::VirtualCluster> answer;
    // The requested change whose result is unknown.
    std::optional<AdminChange> in_doubt;
  };

  // Begins a new file.
  explicit ExpectedState(const std::string& path);

  void Ask(const AdminChange& change);
  void Acknowledge(const AdminChange& change, const v1::VirtualCluster& answer);

  // The contents of the file, by the cluster's id. REQUIRES: no one writes.
  const std::map<std::string, Cluster>& Read();

 private:
  std::mutex mutex_;
  std::ofstream out_;
  std::ifstream in_;
  std::map<std::string, Cluster> clusters_;
};

}  // namespace bellwether

#endif  // TESTS_INTEGRATION_EXPECTED_STATE_H_
