#include "tests/integration/admin_models.h"

namespace bellwether {
namespace {

using Method = ClusterCall::Method;

// After many others were faster: a change that was not made, whatever the state is.
constexpr char kTryAgain[] = "REVISION_MISMATCH";

}  // namespace

bool ClusterModel::Step(const ClusterCall& call) {
  if (call.error == kTryAgain) return true;
  if (!call.error.empty()) return Refuses(call);
  if (call.method == Method::kGet) return exists_ && call.answer == now_;
  const auto answered = answered_.find(call.request_id);
  if (answered != answered_.end()) return call.answer == answered->second;
  if (!Apply(call)) return false;
  if (!call.request_id.empty()) answered_[call.request_id] = now_;
  return true;
}

bool ClusterModel::Refuses(const ClusterCall& call) const {
  if (answered_.count(call.request_id) > 0) return false;
  const bool usable = exists_ && !now_.deleted;
  if (call.error == "VIRTUAL_CLUSTER_ALREADY_EXISTS") {
    return call.method == Method::kCreate && exists_;
  }
  if (call.error == "VIRTUAL_CLUSTER_NOT_FOUND") {
    const bool needs_no_life = call.method == Method::kGet || call.method == Method::kUndelete;
    return call.method != Method::kCreate && !(needs_no_life ? exists_ : usable);
  }
  if (call.error == "VIRTUAL_CLUSTER_NOT_DELETED") {
    return call.method == Method::kUndelete && usable;
  }
  if (call.error == "ETAG_MISMATCH") return exists_ && !call.etag.empty() && call.etag != now_.etag;
  return false;
}

bool ClusterModel::Apply(const ClusterCall& call) {
  const ClusterCall::Answer before = now_;
  if (call.method == Method::kCreate ? exists_ : !exists_) return false;
  if (!call.etag.empty() && call.etag != before.etag) return false;
  now_ = call.answer;
  exists_ = true;
  if (now_.etag == before.etag) return false;
  switch (call.method) {
    case Method::kCreate:
      return !now_.deleted && now_.display_name == call.display_name;
    case Method::kUpdate:
      return !before.deleted && !now_.deleted && now_.uid == before.uid &&
             now_.display_name == call.display_name;
    case Method::kDelete:
    case Method::kUndelete:
      return before.deleted == (call.method == Method::kUndelete) &&
             now_.deleted != before.deleted && now_.uid == before.uid &&
             now_.display_name == before.display_name;
    case Method::kGet:
      break;
  }
  return false;
}

std::string ClusterModel::Key() const {
  std::string key = exists_ ? now_.etag : "-";
  for (const auto& [request_id, answer] : answered_) key += " " + request_id + "=" + answer.etag;
  return key;
}

bool PoolModel::Step(const PoolCall& call) {
  if (call.error == kTryAgain) return true;
  const bool missing = call.error == "AGENT_POOL_NOT_FOUND";
  switch (call.method) {
    case PoolCall::Method::kCreate:
      if (exists_) return call.error == "AGENT_POOL_ALREADY_EXISTS";
      exists_ = true;
      bound_.clear();
      return call.error.empty();
    case PoolCall::Method::kGet:
      return exists_ ? call.error.empty() && call.bound == bound_ : missing;
    case PoolCall::Method::kBind:
      if (!exists_) return missing;
      if (!bound_.empty()) return call.error == "AGENT_POOL_TAKEN";
      bound_ = call.cluster;
      return call.error.empty();
    case PoolCall::Method::kDelete:
      if (!exists_) return missing;
      exists_ = false;
      bound_.clear();
      return call.error.empty();
  }
  return false;
}

}  // namespace bellwether
