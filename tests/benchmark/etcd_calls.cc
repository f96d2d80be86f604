#include <stdio.h>
#include <stdlib.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "benchmark/etcd.grpc.pb.h"
#include "tests/benchmark/calls.h"
#include "tests/benchmark/rpc_slots.h"

namespace bellwether {
namespace {

void DieUnlessOk(const grpc::Status& status) {
  if (status.ok()) return;
  fprintf(stderr, "etcd: %d: %s\n", status.error_code(), status.error_message().c_str());
  exit(1);
}

etcdserverpb::PutRequest MakePut(size_t value_bytes, int number) {
  etcdserverpb::PutRequest request;
  request.set_key(absl::StrCat("agents/agent-", number));
  request.set_value(std::string(value_bytes, 'x'));
  return request;
}

// For a lease that was granted.
etcdserverpb::LeaseKeepAliveRequest MakeKeepAlive(etcdserverpb::Lease::Stub& stub) {
  grpc::ClientContext context;
  etcdserverpb::LeaseGrantRequest grant;
  grant.set_ttl(3600);
  etcdserverpb::LeaseGrantResponse lease;
  DieUnlessOk(stub.LeaseGrant(&context, grant, &lease));
  etcdserverpb::LeaseKeepAliveRequest request;
  request.set_id(lease.id());
  return request;
}

}  // namespace

std::unique_ptr<LoadSlot> EtcdPutSlot(const std::shared_ptr<grpc::Channel>& channel,
                                      size_t value_bytes, int number) {
  const std::shared_ptr<etcdserverpb::KV::Stub> stub = etcdserverpb::KV::NewStub(channel);
  using Slot = UnarySlot<etcdserverpb::PutRequest, etcdserverpb::PutResponse>;
  return std::make_unique<Slot>(
      [stub](auto* context, auto* request, auto* response, auto done) {
        stub->async()->Put(context, request, response, std::move(done));
      },
      MakePut(value_bytes, number), [](etcdserverpb::PutRequest&) {});
}

std::unique_ptr<LoadSlot> EtcdRangeSlot(const std::shared_ptr<grpc::Channel>& channel,
                                        size_t value_bytes, int number) {
  const std::shared_ptr<etcdserverpb::KV::Stub> stub = etcdserverpb::KV::NewStub(channel);
  grpc::ClientContext context;
  etcdserverpb::PutResponse put;
  DieUnlessOk(stub->Put(&context, MakePut(value_bytes, number), &put));
  etcdserverpb::RangeRequest range;
  range.set_key(MakePut(0, number).key());
  using Slot = UnarySlot<etcdserverpb::RangeRequest, etcdserverpb::RangeResponse>;
  return std::make_unique<Slot>(
      [stub](auto* call, auto* request, auto* response, auto done) {
        stub->async()->Range(call, request, response, std::move(done));
      },
      std::move(range), [](etcdserverpb::RangeRequest&) {});
}

std::unique_ptr<LoadSlot> EtcdKeepAliveSlot(const std::shared_ptr<grpc::Channel>& channel) {
  const std::unique_ptr<etcdserverpb::Lease::Stub> stub = etcdserverpb::Lease::NewStub(channel);
  using Slot =
      StreamSlot<etcdserverpb::LeaseKeepAliveRequest, etcdserverpb::LeaseKeepAliveResponse>;
  return std::make_unique<Slot>(
      [&stub](auto* call, auto* reactor) { stub->async()->LeaseKeepAlive(call, reactor); },
      MakeKeepAlive(*stub), [](etcdserverpb::LeaseKeepAliveRequest&) {});
}

std::unique_ptr<Connected> ConnectEtcdLease(const std::string& address) {
  const std::unique_ptr<etcdserverpb::Lease::Stub> stub =
      etcdserverpb::Lease::NewStub(Connect(address));
  using Stream =
      OpenStream<etcdserverpb::LeaseKeepAliveRequest, etcdserverpb::LeaseKeepAliveResponse>;
  return std::make_unique<Stream>(
      [&stub](auto* call, auto* reactor) { stub->async()->LeaseKeepAlive(call, reactor); },
      MakeKeepAlive(*stub));
}

}  // namespace bellwether
