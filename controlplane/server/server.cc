#include "controlplane/server/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controlplane/base/grpc_log.h"
#include "controlplane/base/limited_log.h"
#include "controlplane/base/log.h"
#include "controlplane/base/periodic_task.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/catalog/backups.h"
#include "controlplane/catalog/credentials.h"
#include "controlplane/catalog/registrations.h"
#include "controlplane/catalog/stored_plans.h"
#include "controlplane/discovery/leader_explainer.h"
#include "controlplane/discovery/leader_resolver.h"
#include "controlplane/membership/agent_registry.h"
#include "controlplane/membership/lease_clock.h"
#include "controlplane/model/error.h"
#include "controlplane/model/limits.h"
#include "controlplane/planning/enrollment.h"
#include "controlplane/planning/pool_feeds.h"
#include "controlplane/planning/pool_planners.h"
#include "controlplane/server/agent_collector.h"
#include "controlplane/server/certificate_collector.h"
#include "controlplane/server/connection_collector.h"
#include "controlplane/server/exposure.h"
#include "controlplane/server/feed_publisher.h"
#include "controlplane/server/first_admin_token.h"
#include "controlplane/server/freeze_alarm.h"
#include "controlplane/server/listener.h"
#include "controlplane/server/listener_credentials.h"
#include "controlplane/server/metrics.h"
#include "controlplane/server/metrics_endpoint.h"
#include "controlplane/server/open_files.h"
#include "controlplane/server/poll_until.h"
#include "controlplane/server/pool_collector.h"
#include "controlplane/server/pool_log.h"
#include "controlplane/server/process_collector.h"
#include "controlplane/server/storage_collector.h"
#include "controlplane/server/store_health.h"
#include "controlplane/server/thread_pool.h"
#include "controlplane/server/tls_handshake_log.h"
#include "controlplane/service/access_service.h"
#include "controlplane/service/agent_pool_service.h"
#include "controlplane/service/agent_service.h"
#include "controlplane/service/authorizer.h"
#include "controlplane/service/discovery_service.h"
#include "controlplane/service/explanation_service.h"
#include "controlplane/service/maintenance_service.h"
#include "controlplane/service/pool_view_proto.h"
#include "controlplane/service/rpc_runner.h"
#include "controlplane/service/virtual_cluster_service.h"
#include "controlplane/store/observed_metadata_store.h"
#include "controlplane/store/rocksdb_backup_store.h"
#include "controlplane/store/rocksdb_metadata_store.h"

namespace bellwether {
namespace {

// Several threads for work that blocks on the store, so that concurrent commits share one sync.
constexpr int kCommitThreads = 8;
constexpr int kLeaderQueryThreads = 2;
constexpr int kListThreads = 1;
// All 10 000 agents of a pool may come at once, twice; of the others no more than can be done in
// the seconds for which a client waits.
constexpr size_t kWaitingRegistrations = 20'000;
constexpr size_t kWaitingLeaderQueries = 64;
constexpr size_t kWaitingChanges = 1'000;
constexpr size_t kWaitingLists = 64;
// How often agents that are past JOINING are stored as such: until then a kill puts them back.
constexpr absl::Duration kJoinedInterval = absl::Milliseconds(10);
// Every start gets its own range of view versions and feed positions, far from the next one's.
constexpr int kViewVersionBits = 32;

// What is written before connections are closed has this long to get out.
constexpr absl::Duration kLastWords = absl::Milliseconds(200);

// How often states of agents are compared for the log: a broken stream is a matter of such times.
constexpr absl::Duration kStateWatchInterval = absl::Milliseconds(200);

// Binds the metrics address. UNAVAILABLE if it cannot be listened on.
absl::StatusOr<std::unique_ptr<MetricsEndpoint>> ListenForMetrics(const std::string& address) {
  absl::StatusOr<std::unique_ptr<MetricsEndpoint>> endpoint = MetricsEndpoint::Listen(address);
  if (endpoint.ok()) return endpoint;
  return MakeError(absl::StatusCode::kUnavailable, Reason::kAddressUnavailable,
                   absl::StrCat("cannot listen on ", address, ", which --metrics_address names (",
                                endpoint.status().message(),
                                "); choose an address of this machine that is not in use"),
                   {{"flag", "metrics_address"}});
}

// A process that is running wakes at least this often: a longer gap is a stall of this process.
absl::Duration LongestGap(const ServerOptions& options) {
  if (!options.clock_is_real) return absl::InfiniteDuration();
  return std::max(options.membership.heartbeat_interval / 10, absl::Milliseconds(10));
}

// A failure here is made up for by the next round.
void LogFailure(const char* event, const absl::Status& status) {
  if (!status.ok()) Log(LogLevel::kWarning, event, {{"error", status.ToString()}});
}

}  // namespace

// In the order in which they are made; each may use those before it, and none those after it.
struct Server::Parts {
  Parts(const ServerOptions& server_options, const Clock& clock,
        std::unique_ptr<Metrics> made_metrics, std::unique_ptr<MetadataStore> metadata_store)
      : options(server_options),
        own_metrics(std::move(made_metrics)),
        metrics(*own_metrics),
        store_health(metrics),
        store(std::move(metadata_store), clock, store_health),
        limited_log(clock),
        lease_clock(clock, LongestGap(server_options)),
        registry(lease_clock, server_options.membership),
        registrations_queue(clock, metrics.AddQueue("registrations"), kCommitThreads,
                            kWaitingRegistrations),
        leader_queries_queue(clock, metrics.AddQueue("leader_queries"), kLeaderQueryThreads,
                             kWaitingLeaderQueries),
        changes_queue(clock, metrics.AddQueue("changes"), kCommitThreads, kWaitingChanges),
        lists_queue(clock, metrics.AddQueue("lists"), kListThreads, kWaitingLists) {}

  const ServerOptions options;
  // Created before the store, which reports its syncs to it.
  const std::unique_ptr<Metrics> own_metrics;
  Metrics& metrics;
  StoreHealth store_health;
  ObservedMetadataStore store;
  LimitedLog limited_log;
  LeaseClock lease_clock;
  AgentRegistry registry;
  ThreadPool registrations_queue;
  ThreadPool leader_queries_queue;
  ThreadPool changes_queue;
  ThreadPool lists_queue;
  std::unique_ptr<Catalog> catalog;
  std::shared_ptr<AgentCollector> agent_collector;
  std::unique_ptr<Credentials> credentials;
  std::unique_ptr<Authorizer> authorizer;
  std::unique_ptr<RpcRunner> runner;
  std::unique_ptr<Registrations> registrations;
  std::unique_ptr<Enrollment> enrollment;
  std::unique_ptr<PoolPlanners> planners;
  std::unique_ptr<StoredPlans> stored_plans;
  std::unique_ptr<BackupStore> backup_store;
  std::unique_ptr<Backups> backups;
  std::shared_ptr<StorageCollector> storage_collector;
  std::shared_ptr<CertificateCollector> certificate_collector;
  const PoolViewEncoder view_encoder;
  std::unique_ptr<PoolFeeds> feeds;
  std::shared_ptr<PoolCollector> pool_collector;
  std::unique_ptr<LeaderResolver> resolver;
  std::unique_ptr<LeaderExplainer> explainer;
  std::unique_ptr<VirtualClusterService> virtual_cluster_service;
  std::unique_ptr<AgentPoolService> agent_pool_service;
  std::unique_ptr<AgentService> agent_service;
  std::unique_ptr<AccessService> access_service;
  std::unique_ptr<DiscoveryService> discovery_service;
  std::unique_ptr<ExplanationService> explanation_service;
  std::unique_ptr<MaintenanceService> maintenance_service;
  FreezeAlarm freeze_alarm;
  std::unique_ptr<PoolLog> pool_log;
  std::unique_ptr<PeriodicTask> state_watch;
  std::unique_ptr<PeriodicTask> awake;
  std::unique_ptr<PeriodicTask> sweep;
  std::unique_ptr<PeriodicTask> joined;
  std::unique_ptr<PeriodicTask> purge;
  std::unique_ptr<PeriodicTask> balancing_rounds;
  std::unique_ptr<FeedPublisher> feed_publisher;
  std::unique_ptr<Listener> agent_listener;
  std::unique_ptr<Listener> admin_listener;
  std::unique_ptr<Listener> health_listener;
  // Shows all of the above.
  std::unique_ptr<MetricsEndpoint> metrics_endpoint;
  // The store's health status that was reported last; used by store_watch only.
  bool store_is_reported_to_serve = true;
  std::unique_ptr<PeriodicTask> store_watch;

  // Creates the parts that can fail, and those that depend on them.
  absl::Status Wire(const Clock& clock, Random& random, Random& secrets);
  absl::Status Listen();
  // Of every listener, once it listens.
  std::vector<ConnectionCollector::Port> Ports() const;
  // Runs a balancing round for every pool, and stores its changes.
  void RunBalancingRounds();
  // What health answers of the store.
  void ReportStoreServes(bool serves);
  // Tests a store that has failed, and logs when it fails and when it has recovered.
  void WatchStore();
};

absl::Status Server::Parts::Wire(const Clock& clock, Random& random, Random& secrets) {
  ASSIGN_OR_RETURN(catalog, Catalog::Open(store, clock, random, options.catalog));
  agent_collector = std::make_shared<AgentCollector>(*catalog, registry, lease_clock);
  credentials = std::make_unique<Credentials>(*catalog, clock, random, secrets);
  const bool required = AuthenticationIsRequired(options);
  if (required) {
    RETURN_IF_ERROR(
        EnsureAdminToken(*catalog->View(), *credentials, clock.WallNow(), options.data_dir));
  }
  authorizer = std::make_unique<Authorizer>(
      *catalog, clock, limited_log, required ? Authentication::kRequired : Authentication::kOff);
  runner = std::make_unique<RpcRunner>(
      RpcQueues{registrations_queue, leader_queries_queue, changes_queue, lists_queue}, metrics,
      clock, *authorizer);
  registrations = std::make_unique<Registrations>(store, *catalog);
  enrollment = std::make_unique<Enrollment>(*registrations, registry);
  RETURN_IF_ERROR(enrollment->Restore());
  const int64_t first_version = catalog->start_count() << kViewVersionBits;
  planners = std::make_unique<PoolPlanners>(registry, lease_clock, first_version, options.plan);
  feeds =
      std::make_unique<PoolFeeds>(*catalog, *planners, lease_clock, view_encoder, first_version);
  pool_log = std::make_unique<PoolLog>(*planners, lease_clock);
  pool_collector = std::make_shared<PoolCollector>(*planners, *feeds, lease_clock);
  stored_plans = std::make_unique<StoredPlans>(store, *catalog);
  RETURN_IF_ERROR(planners->RestorePlans(*stored_plans));
  // Shows their counters from the first scrape.
  for (const auto& pool : registry.Pools()) planners->Find(pool->agent_pool_id());
  if (!options.backup_dir.empty()) {
    backup_store = std::make_unique<RocksDbBackupStore>(
        absl::StrCat(options.backup_dir, "/", catalog->cluster_uid()));
  }
  backups = std::make_unique<Backups>(store, backup_store.get(), clock);
  storage_collector = std::make_shared<StorageCollector>(
      options.data_dir, backup_store == nullptr ? nullptr : backups.get());
  certificate_collector = std::make_shared<CertificateCollector>(CertificateCollector::Certificates{
      {"agent", options.agent_tls.certificate}, {"admin", options.admin_tls.certificate}});
  resolver = std::make_unique<LeaderResolver>(*catalog, *planners, lease_clock, random, metrics);
  explainer = std::make_unique<LeaderExplainer>(*catalog, *planners, lease_clock, random);

  virtual_cluster_service = std::make_unique<VirtualClusterService>(*catalog, *runner);
  agent_pool_service =
      std::make_unique<AgentPoolService>(*catalog, *enrollment, registry, *planners, *runner);
  agent_service =
      std::make_unique<AgentService>(*catalog, *enrollment, registry, *planners, metrics, *runner,
                                     0.8 * ConnectionAgeGrace(options.connection_age));
  discovery_service = std::make_unique<DiscoveryService>(*resolver, *explainer, *feeds,
                                                         options.watch_patience, *runner);
  explanation_service = std::make_unique<ExplanationService>(*explainer, *runner);
  access_service = std::make_unique<AccessService>(*catalog, *credentials, *runner);
  maintenance_service = std::make_unique<MaintenanceService>(*catalog, *backups, *runner);
  // Starts here, so that the time of the start does not count against any agent.
  lease_clock.Observe();
  if (options.clock_is_real) {
    awake = std::make_unique<PeriodicTask>(LongestGap(options) / 3,
                                           [this] { registry.NoteStall(lease_clock.Observe()); });
  }
  sweep = std::make_unique<PeriodicTask>(options.sweep_interval, [this] {
    limited_log.WriteDue();
    ProcessLimitedLog().WriteDue();
    freeze_alarm.Check(registry);
    LogFailure("recording joined agents failed", enrollment->RecordJoined());
    LogFailure("recording dead agents failed", enrollment->SweepDead());
    // Agents that join and leave change plans too, not only balancing rounds.
    LogFailure("storing plans failed", planners->StorePlans(*stored_plans));
  });
  // Its failures are in the log of the sweep, once a second.
  joined = std::make_unique<PeriodicTask>(kJoinedInterval,
                                          [this] { enrollment->RecordJoined().IgnoreError(); });
  purge = std::make_unique<PeriodicTask>(options.purge_interval, [this] {
    LogFailure("removing expired data failed", catalog->PurgeExpired());
    LogFailure("removing unusable credentials failed", credentials->PurgeExpired());
  });
  balancing_rounds =
      std::make_unique<PeriodicTask>(options.plan_interval, [this] { RunBalancingRounds(); });
  state_watch = std::make_unique<PeriodicTask>(kStateWatchInterval, [this] {
    pool_log->LogStates();
    pool_log->WriteDue();
  });
  feed_publisher = std::make_unique<FeedPublisher>(registry, *feeds);
  return absl::OkStatus();
}

void Server::Parts::RunBalancingRounds() {
  planners->RunRound(*catalog->View());
  pool_log->LogMoves(*catalog->View());
  LogFailure("storing plans failed", planners->StorePlans(*stored_plans));
}

absl::Status Server::Parts::Listen() {
  ASSIGN_OR_RETURN(const int open_files, SetOpenFileLimit(options.max_open_files));
  const DescriptorLimits limits = ShareOut(open_files);
  ASSIGN_OR_RETURN(metrics_endpoint, ListenForMetrics(options.metrics_address));
  ASSIGN_OR_RETURN(
      const std::shared_ptr<grpc::ServerCredentials> to_agents,
      MakeListenerCredentials("agent", options.agent_tls, options.tls_reload_interval));
  ASSIGN_OR_RETURN(
      const std::shared_ptr<grpc::ServerCredentials> to_admins,
      MakeListenerCredentials("admin", options.admin_tls, options.tls_reload_interval));
  ASSIGN_OR_RETURN(
      agent_listener,
      Listener::Start("agent_address", options.agent_address, to_agents,
                      {options.connection_age, limits.agents, kMaxAgentConnectionBytes},
                      {{kAgentServiceName, agent_service.get()},
                       {kDiscoveryServiceName, discovery_service.get()}}));
  ASSIGN_OR_RETURN(
      admin_listener,
      Listener::Start("admin_address", options.admin_address, to_admins,
                      {options.connection_age, limits.admins, kMaxOtherConnectionBytes},
                      {{kVirtualClusterServiceName, virtual_cluster_service.get()},
                       {kAgentPoolServiceName, agent_pool_service.get()},
                       {kAccessServiceName, access_service.get()},
                       {kDiscoveryServiceName, explanation_service.get()},
                       {kMaintenanceServiceName, maintenance_service.get()}}));
  if (!options.health_address.empty()) {
    ASSIGN_OR_RETURN(
        health_listener,
        Listener::Start("health_address", options.health_address, grpc::InsecureServerCredentials(),
                        {options.connection_age, limits.probes, kMaxOtherConnectionBytes},
                        {{kAgentServiceName, nullptr},
                         {kDiscoveryServiceName, nullptr},
                         {kVirtualClusterServiceName, nullptr},
                         {kAgentPoolServiceName, nullptr},
                         {kAccessServiceName, nullptr},
                         {kMaintenanceServiceName, nullptr}}));
  }
  metrics_endpoint->Start({metrics.registry(), agent_collector, pool_collector, storage_collector,
                           certificate_collector, std::make_shared<ProcessCollector>(),
                           std::make_shared<ConnectionCollector>(Ports())});
  ReportStoreServes(true);
  store_watch = std::make_unique<PeriodicTask>(options.sweep_interval, [this] { WatchStore(); });
  return absl::OkStatus();
}

std::vector<ConnectionCollector::Port> Server::Parts::Ports() const {
  std::vector<ConnectionCollector::Port> ports;
  for (const auto& [name, listener] :
       {std::pair("agent", agent_listener.get()), std::pair("admin", admin_listener.get()),
        std::pair("health", health_listener.get())}) {
    if (listener == nullptr) continue;
    ports.push_back({name, listener->port(), [listener = listener] { return listener->refused(); },
                     [listener = listener](CutReason reason) { return listener->cut(reason); }});
  }
  ports.push_back({"metrics", metrics_endpoint->port(),
                   [this] { return metrics_endpoint->refused(); }, nullptr});
  return ports;
}

void Server::Parts::ReportStoreServes(bool serves) {
  for (Listener* listener : {agent_listener.get(), admin_listener.get(), health_listener.get()}) {
    if (listener != nullptr) listener->SetServing(kStoreHealthName, serves);
  }
}

void Server::Parts::WatchStore() {
  absl::Status tried;
  // There may be no other change that would test the store.
  if (!store_health.takes_changes()) tried = store.Commit({}).status();
  const bool serves = store_health.takes_changes();
  if (serves == store_is_reported_to_serve) return;
  store_is_reported_to_serve = serves;
  ReportStoreServes(serves);
  if (serves) {
    Log(LogLevel::kInfo, "store accepts changes again");
  } else {
    Log(LogLevel::kError, "store rejects changes", {{"error", tried.message()}});
  }
}

absl::Status Server::Check(const ServerOptions& options) {
  if (options.data_dir.empty()) {
    return MakeError(absl::StatusCode::kInvalidArgument, Reason::kInvalidArgument,
                     "--data_dir is empty; name the directory of the metadata store",
                     {{"flag", "data_dir"}});
  }
  RETURN_IF_ERROR(CheckExposure(options));
  RETURN_IF_ERROR(
      MakeListenerCredentials("agent", options.agent_tls, options.tls_reload_interval).status());
  return MakeListenerCredentials("admin", options.admin_tls, options.tls_reload_interval).status();
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const ServerOptions& options,
                                                      const Clock& clock, Random& random,
                                                      Random& secrets) {
  RETURN_IF_ERROR(Check(options));
  auto metrics = std::make_unique<Metrics>();
  RocksDbMetadataStore::Options store_options;
  store_options.clock = &clock;
  store_options.on_sync = [&metrics = *metrics](absl::Duration duration) {
    metrics.RecordSync(duration);
  };
  ASSIGN_OR_RETURN(std::unique_ptr<MetadataStore> store,
                   RocksDbMetadataStore::Open(options.data_dir, store_options));
  return StartOn(std::move(store), std::move(metrics), options, clock, random, secrets);
}

absl::StatusOr<std::unique_ptr<Server>> Server::StartOn(std::unique_ptr<MetadataStore> store,
                                                        const ServerOptions& options,
                                                        const Clock& clock, Random& random,
                                                        Random& secrets) {
  return StartOn(std::move(store), std::make_unique<Metrics>(), options, clock, random, secrets);
}

absl::StatusOr<std::unique_ptr<Server>> Server::StartOn(std::unique_ptr<MetadataStore> store,
                                                        std::unique_ptr<Metrics> metrics,
                                                        const ServerOptions& options,
                                                        const Clock& clock, Random& random,
                                                        Random& secrets) {
  // Process-wide switches of gRPC; setting them again changes nothing.
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  RouteGrpcLog("ssl_transport_security.cc");
  LogFailedHandshakes();

  auto parts = std::make_unique<Parts>(options, clock, std::move(metrics), std::move(store));
  RETURN_IF_ERROR(parts->Wire(clock, random, secrets));
  RETURN_IF_ERROR(parts->Listen());
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() { Shutdown(); }

int Server::agent_port() const { return parts_->agent_listener->port(); }

int Server::admin_port() const { return parts_->admin_listener->port(); }

int Server::metrics_port() const { return parts_->metrics_endpoint->port(); }

int Server::health_port() const {
  return parts_->health_listener == nullptr ? 0 : parts_->health_listener->port();
}
const std::string& Server::cluster_uid() const { return parts_->catalog->cluster_uid(); }

size_t Server::virtual_cluster_count() const {
  return parts_->catalog->View()->virtual_cluster_count();
}

absl::Status Server::SetMaxOpenFiles(int max_open_files) {
  ASSIGN_OR_RETURN(const int open_files, SetOpenFileLimit(max_open_files));
  const DescriptorLimits limits = ShareOut(open_files);
  parts_->agent_listener->SetDescriptors(limits.agents);
  parts_->admin_listener->SetDescriptors(limits.admins);
  if (parts_->health_listener != nullptr) parts_->health_listener->SetDescriptors(limits.probes);
  return absl::OkStatus();
}

void Server::RunBalancingRounds() { parts_->RunBalancingRounds(); }

void Server::Shutdown() {
  // Nothing else to stop there; it answers until the end.
  if (parts_->health_listener != nullptr) parts_->health_listener->SetNotServing();
  parts_->agent_listener->SetNotServing();
  parts_->admin_listener->SetNotServing();
  parts_->agent_service->EndStreams();
  parts_->feed_publisher->Stop();
  parts_->feeds->EndAll();
  for (Listener* listener : {parts_->agent_listener.get(), parts_->admin_listener.get()}) {
    listener->Close();
  }
  // Calls that come now are refused, so that those under way are soon all that there are.
  parts_->runner->Close();
  PollUntil(parts_->options.shutdown_grace, [this] { return parts_->runner->under_way() == 0; });
  // Gives the last messages of the health service and of the streams time to arrive.
  PollUntil(kLastWords, [] { return false; });
  parts_->agent_listener->Stop();
  parts_->admin_listener->Stop();
  parts_->awake.reset();
  parts_->sweep->Stop();
  parts_->state_watch->Stop();
  parts_->joined->Stop();
  // The last heartbeats have been taken in.
  LogFailure("recording joined agents failed", parts_->enrollment->RecordJoined());
  parts_->purge->Stop();
  parts_->balancing_rounds->Stop();
  parts_->store_watch->Stop();
  for (ThreadPool* queue : {&parts_->registrations_queue, &parts_->leader_queries_queue,
                            &parts_->changes_queue, &parts_->lists_queue}) {
    queue->Stop();
  }
  if (parts_->health_listener != nullptr) parts_->health_listener->Stop();
  parts_->limited_log.WriteRest();
  ProcessLimitedLog().WriteRest();
}

}  // namespace bellwether
