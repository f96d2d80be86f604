// The floor, ours and etcd side by side, in turns, in one run; prints one table. Absolute figures
// mean little on a machine that others use too; ratios of figures from neighbouring turns do.

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "controlplane/store/rocksdb_metadata_store.h"
#include "tests/benchmark/calls.h"
#include "tests/benchmark/load.h"
#include "tests/benchmark/servers.h"
#include "tests/support/process_usage.h"

ABSL_FLAG(std::string, bellwether, "", "our server's program");
ABSL_FLAG(
    std::string, before, "",
    "an earlier program of our server, which takes part in the part brokers; left out if empty");
ABSL_FLAG(std::string, floor, "", "the floor's program");
ABSL_FLAG(std::string, etcd, "etcd", "etcd's program; left out if it cannot be run");
ABSL_FLAG(std::string, rows, "calls,brokers,memory,durable,start,scale",
          "which parts to run: calls, brokers, memory, durable, start, scale");
ABSL_FLAG(double, seconds, 3, "how long each turn is measured");
ABSL_FLAG(int, rounds, 5, "how often each has its turn; the median counts");
ABSL_FLAG(int, connections, 4, "connections of the load");
ABSL_FLAG(int, in_flight, 8, "calls or streams under way on each connection");
ABSL_FLAG(int, agents, 1000, "agents of the pool");
// Less than there may be: those under way when it is enough become some more.
ABSL_FLAG(int, start_virtual_clusters, 99'000, "how many there are in the part `start`");
ABSL_FLAG(int, largest, 10'000, "most agents, and virtual clusters, of the part `scale`");

namespace bellwether {
namespace {

// About what a heartbeat with load and ten rates takes in etcd as JSON or protobuf.
constexpr size_t kEtcdValueBytes = 400;

// Who takes part in a row. Slots are made anew for each turn.
struct Contestant {
  std::string name;
  pid_t pid = 0;
  std::function<std::unique_ptr<LoadSlot>(const std::shared_ptr<grpc::Channel>&, int number)> slot;
  std::string address;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 2];
}

std::vector<double> Each(const std::vector<LoadResult>& results,
                         const std::function<double(const LoadResult&)>& figure) {
  std::vector<double> values;
  for (const LoadResult& result : results) values.push_back(figure(result));
  return values;
}

LoadSlots MakeSlots(const Contestant& contestant) {
  LoadSlots slots;
  for (int i = 0; i < absl::GetFlag(FLAGS_connections); ++i) {
    const auto channel = Connect(contestant.address);
    for (int j = 0; j < absl::GetFlag(FLAGS_in_flight); ++j) {
      slots.push_back(contestant.slot(channel, static_cast<int>(slots.size())));
    }
  }
  return slots;
}

void DieOfErrors(const std::string& who, const LoadResult& result) {
  if (result.errors == 0) return;
  fprintf(stderr, "%s: %lld calls failed, the first with %s\n", who.c_str(),
          static_cast<long long>(result.errors), result.error.c_str());
  exit(1);
}

// Runs all in turns and prints a line for each. Ratios are of CPU time, and to the first.
void RunInTurns(const std::string& row, const std::vector<Contestant>& contestants) {
  const absl::Duration duration = absl::Seconds(absl::GetFlag(FLAGS_seconds));
  std::vector<std::vector<LoadResult>> results(contestants.size());
  for (int round = 0; round < absl::GetFlag(FLAGS_rounds); ++round) {
    for (size_t i = 0; i < contestants.size(); ++i) {
      const LoadResult result =
          LoadRun::Run(MakeSlots(contestants[i]), duration / 5, duration, contestants[i].pid);
      DieOfErrors(row + ", " + contestants[i].name, result);
      results[i].push_back(result);
    }
  }
  const auto cpu = [](const LoadResult& result) { return result.server_cpu_us; };
  for (size_t i = 0; i < contestants.size(); ++i) {
    std::vector<double> ratios;
    for (size_t round = 0; round < results[i].size(); ++round) {
      ratios.push_back(cpu(results[i][round]) / cpu(results[0][round]));
    }
    printf(
        "| %s | %s | %.0f | %.1f | %.0f | %.0f | %.2f |\n", row.c_str(),
        contestants[i].name.c_str(),
        Median(Each(results[i], [](const auto& r) { return r.operations_per_second; })),
        Median(Each(results[i], cpu)),
        Median(Each(results[i], [](const auto& r) { return absl::ToDoubleMicroseconds(r.p50); })),
        Median(Each(results[i], [](const auto& r) { return absl::ToDoubleMicroseconds(r.p99); })),
        Median(ratios));
  }
  fflush(stdout);
}

Contestant Resolver(const std::string& name, const std::string& address, pid_t pid, int partitions,
                    ListedBrokersOf listed = ListedBrokersOf::kLeaders) {
  return {name, pid,
          [partitions, listed](const auto& channel, int number) {
            return ResolveLeadersSlot(channel, ControlPlaneServer::kVirtualCluster, partitions,
                                      listed, number);
          },
          address};
}

Contestant HeartbeatSender(const std::string& name, const std::string& address, pid_t pid,
                           const std::vector<BenchmarkAgent>& agents) {
  return {name, pid,
          [&agents](const auto& channel, int number) {
            return HeartbeatSlot(channel, agents[static_cast<size_t>(number) % agents.size()]);
          },
          address};
}

Contestant StreamHeartbeatSender(const std::string& name, const std::string& address, pid_t pid,
                                 const std::vector<BenchmarkAgent>& agents) {
  return {name, pid,
          [&agents](const auto& channel, int number) {
            return HeartbeatStreamSlot(channel,
                                       agents[static_cast<size_t>(number) % agents.size()]);
          },
          address};
}

// Agents for a server that does not look at them.
std::vector<BenchmarkAgent> AnyAgents(int count) {
  std::vector<BenchmarkAgent> agents;
  for (int i = 0; i < count; ++i) {
    agents.push_back({"agentPools/apn_vc-0", "blw_aaaaaaaaaaaaaaaaaaaaaaaaaa", 1, i});
  }
  return agents;
}

void PrintCallsHeader() {
  printf("\n| call | server | ops/s | server CPU us/op | p50 us | p99 us | CPU ratio |\n");
  printf("|---|---|---|---|---|---|---|\n");
}

void CompareCalls() {
  const int agents = absl::GetFlag(FLAGS_agents);
  const FloorServer floor(absl::GetFlag(FLAGS_floor), absl::GetFlag(FLAGS_agents));
  ControlPlaneServer ours(1, agents);
  const std::vector<BenchmarkAgent> any = AnyAgents(agents);
  const auto etcd = EtcdServer::StartIfInstalled(absl::GetFlag(FLAGS_etcd));
  const auto etcd_call = [&](const std::string& name, auto slot, std::vector<Contestant> others) {
    if (etcd != nullptr) others.push_back({name, etcd->pid(), slot, etcd->address()});
    return others;
  };
  const auto put = [](const auto& channel, int number) {
    return EtcdPutSlot(channel, kEtcdValueBytes, number);
  };
  PrintCallsHeader();
  RunInTurns("ResolveLeaders, 16 partitions",
             etcd_call("etcd linearizable read",
                       [](const auto& channel, int number) {
                         return EtcdRangeSlot(channel, kEtcdValueBytes, number);
                       },
                       {Resolver("floor", floor.address(), floor.pid(), 16),
                        Resolver("ours", ours.address(), ours.pid(), 16)}));
  RunInTurns("ResolveLeaders, 1000 partitions",
             {Resolver("floor", floor.address(), floor.pid(), 1000),
              Resolver("ours", ours.address(), ours.pid(), 1000)});
  RunInTurns("Heartbeat",
             etcd_call("etcd put", put,
                       {HeartbeatSender("floor", floor.address(), floor.pid(), any),
                        HeartbeatSender("ours", ours.address(), ours.pid(), ours.agents())}));
  RunInTurns("StreamHeartbeats",
             etcd_call("etcd keep-alive",
                       [](const auto& channel, int) { return EtcdKeepAliveSlot(channel); },
                       {StreamHeartbeatSender("floor", floor.address(), floor.pid(), any),
                        StreamHeartbeatSender("ours", ours.address(), ours.pid(), ours.agents())}));
}

// What it costs to list brokers that lead nothing, by agents of the pool. The earlier program lists
// what it lists, whatever is asked for.
void CompareBrokerLists() {
  constexpr int kPartitions = 16;
  const std::string before = absl::GetFlag(FLAGS_before);
  PrintCallsHeader();
  for (const int agents : {10, 100, 1'000}) {
    if (agents > absl::GetFlag(FLAGS_largest)) continue;
    std::vector<std::unique_ptr<ControlPlaneServer>> servers;
    std::vector<Contestant> contestants;
    const auto add = [&](const std::string& name, ListedBrokersOf listed) {
      contestants.push_back(
          Resolver(name, servers.back()->address(), servers.back()->pid(), kPartitions, listed));
    };
    if (!before.empty()) {
      setenv("BELLWETHER", before.c_str(), /*overwrite=*/1);
      servers.push_back(std::make_unique<ControlPlaneServer>(1, agents));
      add("before", ListedBrokersOf::kLeaders);
      setenv("BELLWETHER", absl::GetFlag(FLAGS_bellwether).c_str(), /*overwrite=*/1);
    }
    servers.push_back(std::make_unique<ControlPlaneServer>(1, agents));
    add("ours, leaders alone", ListedBrokersOf::kLeaders);
    add("ours, all brokers", ListedBrokersOf::kCluster);
    RunInTurns(absl::StrCat("ResolveLeaders, 16 partitions, ", agents, " agents"), contestants);
  }
}

// How much a server grows for each of many that connect and stay.
double BytesPerConnected(pid_t pid, int count,
                         const std::function<std::unique_ptr<Connected>(int number)>& connect) {
  const int64_t before = ResidentBytes(pid);
  std::vector<std::unique_ptr<Connected>> connected;
  for (int i = 0; i < count; ++i) connected.push_back(connect(i));
  return static_cast<double>(ResidentBytes(pid) - before) / count;
}

void CompareMemory() {
  const int agents = absl::GetFlag(FLAGS_agents);
  printf("\n| memory per connected, streaming agent | KB | ratio |\n|---|---|---|\n");
  const FloorServer floor(absl::GetFlag(FLAGS_floor), absl::GetFlag(FLAGS_agents));
  const std::vector<BenchmarkAgent> any = AnyAgents(agents);
  const double floor_bytes = BytesPerConnected(floor.pid(), agents, [&](int number) {
    return ConnectAgent(floor.address(), any[static_cast<size_t>(number)]);
  });
  const auto print = [&](const char* name, double bytes) {
    printf("| %s | %.1f | %.2f |\n", name, bytes / 1e3, bytes / floor_bytes);
    fflush(stdout);
  };
  print("floor", floor_bytes);
  ControlPlaneServer ours(1, agents);
  print("ours", BytesPerConnected(ours.pid(), agents, [&](int number) {
          return ConnectAgent(ours.address(), ours.agents()[static_cast<size_t>(number)]);
        }));
  const auto etcd = EtcdServer::StartIfInstalled(absl::GetFlag(FLAGS_etcd));
  if (etcd == nullptr) return;
  print("etcd", BytesPerConnected(etcd->pid(), agents,
                                  [&](int) { return ConnectEtcdLease(etcd->address()); }));
}

// How long it takes to append to a file and have it on the disk.
absl::Duration SyncOnce(int fd) {
  const std::string block(512, 'x');
  const absl::Time start = absl::Now();
  if (write(fd, block.data(), block.size()) != static_cast<ssize_t>(block.size()) ||
      fdatasync(fd) != 0) {
    perror("writing a file");
    exit(1);
  }
  return absl::Now() - start;
}

void CompareDurable() {
  constexpr int kChanges = 100;
  const FloorServer floor(absl::GetFlag(FLAGS_floor), absl::GetFlag(FLAGS_agents));
  ControlPlaneServer ours(1, 1);
  const std::vector<BenchmarkAgent> any = AnyAgents(1);
  const auto etcd = EtcdServer::StartIfInstalled(absl::GetFlag(FLAGS_etcd));
  const TempDir directory;
  const int fd = open((directory.path() + "/log").c_str(), O_CREAT | O_WRONLY, 0600);
  std::vector<double> sync_us;
  std::vector<double> call_us;
  std::vector<double> ours_us;
  std::vector<double> etcd_us;
  const auto p50 = [](std::unique_ptr<LoadSlot> slot) {
    LoadSlots slots;
    slots.push_back(std::move(slot));
    const LoadResult result = LoadRun::RunCount(slots, kChanges);
    DieOfErrors("a durable change", result);
    return absl::ToDoubleMicroseconds(result.p50);
  };
  for (int round = 0; round < absl::GetFlag(FLAGS_rounds); ++round) {
    std::vector<double> syncs;
    for (int i = 0; i < kChanges; ++i) syncs.push_back(absl::ToDoubleMicroseconds(SyncOnce(fd)));
    sync_us.push_back(Median(syncs));
    call_us.push_back(p50(HeartbeatSlot(Connect(floor.address()), any[0])));
    ours_us.push_back(p50(CreateVirtualClusterSlot(Connect(ours.admin_address()),
                                                   absl::StrCat("durable-", round, "-"), 0, 1)));
    if (etcd != nullptr) {
      etcd_us.push_back(p50(EtcdPutSlot(Connect(etcd->address()), kEtcdValueBytes, 0)));
    }
  }
  close(fd);
  const double limit = Median(sync_us) + Median(call_us);
  printf("\n| durable change, one at a time | p50 us | ratio to sync and call |\n|---|---|---|\n");
  printf("| one fdatasync | %.0f | |\n| one call of the floor | %.0f | |\n", Median(sync_us),
         Median(call_us));
  printf("| ours, CreateVirtualCluster | %.0f | %.2f |\n", Median(ours_us),
         Median(ours_us) / limit);
  if (etcd != nullptr) {
    printf("| etcd put | %.0f | %.2f |\n", Median(etcd_us), Median(etcd_us) / limit);
  }
  fflush(stdout);
}

void CompareStart() {
  const int count = absl::GetFlag(FLAGS_start_virtual_clusters);
  ControlPlaneServer empty(1, 1);
  ControlPlaneServer ours(count, 1);
  ours.process().Stop(SIGTERM);
  std::vector<double> scans;
  int64_t bytes = 0;
  std::vector<double> starts;
  for (int round = 0; round < absl::GetFlag(FLAGS_rounds); ++round) {
    absl::Time start = absl::Now();
    {
      const auto store = RocksDbMetadataStore::Open(ours.process().data_dir());
      if (!store.ok() || !(*store)->List("").ok()) {
        fprintf(stderr, "the store cannot be scanned: %s\n", store.status().ToString().c_str());
        exit(1);
      }
      scans.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
    }
    start = absl::Now();
    ours.process().Start();
    starts.push_back(absl::ToDoubleMilliseconds(absl::Now() - start));
    bytes = ResidentBytes(ours.pid()) - ResidentBytes(empty.pid());
    ours.process().Stop(SIGTERM);
  }
  printf("\n| %d virtual clusters | ms | ratio |\n|---|---|---|\n", count);
  printf("| opening the store and reading all of it | %.0f | 1.00 |\n", Median(scans));
  printf("| start until ready | %.0f | %.2f |\n", Median(starts), Median(starts) / Median(scans));
  printf("memory per virtual cluster, with its pool: %.0f bytes\n",
         static_cast<double>(bytes) / count);
  fflush(stdout);
}

void CompareScale() {
  const int largest = absl::GetFlag(FLAGS_largest);
  std::vector<std::unique_ptr<ControlPlaneServer>> servers;
  std::vector<Contestant> queries;
  std::vector<Contestant> heartbeats;
  const auto add = [&](const std::string& name, int virtual_clusters, int agents) {
    servers.push_back(std::make_unique<ControlPlaneServer>(virtual_clusters, agents));
    ControlPlaneServer& server = *servers.back();
    queries.push_back(Resolver(name, server.address(), server.pid(), 16));
    heartbeats.push_back(HeartbeatSender(name, server.address(), server.pid(), server.agents()));
  };
  const auto run = [&](const std::string& of) {
    RunInTurns("ResolveLeaders by " + of, queries);
    RunInTurns("Heartbeat by " + of, heartbeats);
    servers.clear();
    queries.clear();
    heartbeats.clear();
  };
  PrintCallsHeader();
  for (const int agents : {10, 100, 1'000, 10'000}) {
    if (agents <= largest) add(absl::StrCat(agents, " agents"), 1, agents);
  }
  run("agents");
  for (const int clusters : {1, 100, 10'000}) {
    if (clusters <= largest) add(absl::StrCat(clusters, " virtual clusters"), clusters, 10);
  }
  run("virtual clusters");
}

int Compare() {
  setenv("BELLWETHER", absl::GetFlag(FLAGS_bellwether).c_str(), /*overwrite=*/1);
  const std::string rows = absl::GetFlag(FLAGS_rows);
  if (absl::StrContains(rows, "calls")) CompareCalls();
  if (absl::StrContains(rows, "brokers")) CompareBrokerLists();
  if (absl::StrContains(rows, "memory")) CompareMemory();
  if (absl::StrContains(rows, "durable")) CompareDurable();
  if (absl::StrContains(rows, "start")) CompareStart();
  if (absl::StrContains(rows, "scale")) CompareScale();
  return 0;
}

}  // namespace
}  // namespace bellwether

int main(int argc, char** argv) {
  absl::ParseCommandLine(argc, argv);
  return bellwether::Compare();
}
