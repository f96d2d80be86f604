#ifndef TESTS_INTEGRATION_ADMIN_MODELS_H_
#define TESTS_INTEGRATION_ADMIN_MODELS_H_

#include <map>
#include <string>

namespace bellwether {

// What the admin API promises of one resource, as a machine that takes one call after the other.

// A call about one virtual cluster, and its answer.
struct ClusterCall {
  enum class Method { kCreate, kGet, kUpdate, kDelete, kUndelete };
  // The fields of the resource that the model knows.
  struct Answer {
    std::string uid;
    std::string etag;
    std::string display_name;
    bool deleted = false;

    friend bool operator==(const Answer& a, const Answer& b) = default;
  };

  Method method = Method::kGet;
  // Empty: the change does not ask for an etag.
  std::string etag;
  std::string request_id;
  std::string display_name;
  // Reason of the error; empty for OK.
  std::string error;
  Answer answer;
};

class ClusterModel {
 public:
  bool Step(const ClusterCall& call);
  std::string Key() const;

 private:
  // Whether the error of `call` is a right one just now.
  bool Refuses(const ClusterCall& call) const;
  // Takes in a change that was made; false if its answer does not show it.
  bool Apply(const ClusterCall& call);

  bool exists_ = false;
  ClusterCall::Answer now_;
  // What each request_id was answered.
  std::map<std::string, ClusterCall::Answer> answered_;
};

// A call about one pool, and its answer.
struct PoolCall {
  // kBind creates a virtual cluster of that pool.
  enum class Method { kCreate, kGet, kBind, kDelete };

  Method method = Method::kGet;
  // Id of the cluster that is to be bound; each call has another one.
  std::string cluster;
  // Reason of the error; empty for OK.
  std::string error;
  // What kGet answered: the bound cluster's id, or empty.
  std::string bound;
};

class PoolModel {
 public:
  bool Step(const PoolCall& call);
  std::string Key() const { return (exists_ ? "+" : "-") + bound_; }

 private:
  bool exists_ = false;
  std::string bound_;
};

}  // namespace bellwether

#endif  // TESTS_INTEGRATION_ADMIN_MODELS_H_
