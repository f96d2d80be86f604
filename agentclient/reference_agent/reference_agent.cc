#include "agentclient/reference_agent/reference_agent.h"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "agentclient/agent_key.h"
#include "agentclient/channel.h"
#include "agentclient/channel_credentials.h"
#include "agentclient/control_plane_client.h"
#include "agentclient/heartbeater.h"
#include "agentclient/pool_watcher.h"
#include "agentclient/reference_agent/agent_identity.h"
#include "agentclient/reference_agent/agent_load_sampler.h"
#include "agentclient/reference_agent/agent_metrics.h"
#include "agentclient/reference_agent/client_redirects.h"
#include "agentclient/reference_agent/connection_advice.h"
#include "agentclient/reference_agent/control_plane_leader_source.h"
#include "agentclient/reference_agent/cpu_meter.h"
#include "agentclient/reference_agent/kafka/kafka_server.h"
#include "agentclient/reference_agent/kafka/memory_budget.h"
#include "agentclient/reference_agent/kafka/responder.h"
#include "agentclient/reference_agent/kafka/topics.h"
#include "agentclient/reference_agent/kafka/traffic.h"
#include "agentclient/reference_agent/refusal.h"
#include "agentclient/reference_agent/tcp_peer_probe.h"
#include "agentclient/streamed_membership.h"
#include "controlplane/base/log.h"
#include "controlplane/base/mutex.h"
#include "controlplane/base/status_macros.h"
#include "controlplane/base/tls_files.h"
#include "controlplane/base/version.h"
#include "controlplane/model/error.h"
#include "controlplane/model/resource_name.h"

namespace bellwether {
namespace {

// How long requests under way may take once the agent closes.
constexpr absl::Duration kCloseGrace = absl::Seconds(2);

// The name of the pool, also for an empty name, which means the default pool.
absl::string_view PoolName(const AgentOptions& options) {
  return options.agent_pool_name.empty() ? kDefaultAgentPoolId
                                         : absl::string_view(options.agent_pool_name);
}

// Logs membership events, passes registrations to the leader source, and ends the process when it
// cannot continue.
class MembershipLog final : public MembershipListener {
 public:
  MembershipLog(const AgentOptions& options, const HostPort& address, const std::string& listening,
                const Clock& clock, ControlPlaneLeaderSource& leaders, PoolWatcher& watcher,
                ClientRedirects& redirects, ShutdownRequest& shutdown)
      : options_(options),
        address_(address),
        listening_(listening),
        clock_(clock),
        leaders_(leaders),
        watcher_(watcher),
        redirects_(redirects),
        shutdown_(shutdown) {}

  void OnRegistered(const v1::RegisterAgentResponse& registration) override {
    leaders_.SetRegistration(registration);
    watcher_.Watch(registration.virtual_cluster(), registration.cluster_uid());
    Log(LogLevel::kInfo, "agent registered",
        {{"agent_pool", registration.agent_pool()},
         {"virtual_cluster", registration.virtual_cluster()},
         // What Kafka clients call this agent.
         {"broker_id", registration.broker_id()},
         {"broker_id", registration.broker_id()},
         {"agent_epoch", registration.agent_epoch()}});
    if (std::exchange(was_registered_, true)) return;
    Log(LogLevel::kInfo, "listening for Kafka clients",
        {{"address", listening_}, {"advertised", FormatHostPort(address_)}});
  }

  void OnRefused(const absl::Status& error) override {
    Log(LogLevel::kError, "agent refused",
        {{"error", error.message()},
         {"reason", GetReason(error).has_value() ? ReasonName(*GetReason(error)) : "none"},
         {"code", absl::StatusCodeToString(error.code())},
         {"agentPoolName", PoolName(options_)},
         {"defaultVirtualClusterID", options_.default_virtual_cluster_id},
         {"defaultPartitionAssignmentStrategy", options_.default_partition_assignment_strategy},
         {"controlPlaneAddress", options_.control_plane_address},
         {"remedy", Remedy(error)}});
    Fail();
  }

  void OnFenced(const absl::Status& error) override {
    Log(LogLevel::kError, "agent replaced by a later run",
        {{"error", error.message()},
         {"remedy",
          "give each agent its own -agentID or -stateDir, unless this one was meant to "
          "be replaced"}});
    Fail();
  }

  void OnDrain(bool drain) override {
    redirects_.SetDrained(drain);
    Log(LogLevel::kInfo, drain ? "drain started" : "drain ended");
  }

  void OnTrouble(const absl::Status& error) override {
    std::vector<LogField> fields = {{"error", error.message()},
                                    {"code", absl::StatusCodeToString(error.code())},
                                    {"controlPlaneAddress", options_.control_plane_address}};
    std::optional<absl::Time> expiry;
    if (!options_.tls.certificate.empty()) {
      const auto found = CertificateExpiry("-tlsCert", options_.tls.certificate);
      if (found.ok()) expiry = *found;
    }
    const std::string advice = ConnectionAdvice(error, options_.tls, expiry, clock_.WallNow());
    if (!advice.empty()) fields.emplace_back("remedy", advice);
    // Nothing but an operator ends that.
    const bool is_wrong = GetReason(error) == Reason::kWrongCluster;
    Log(is_wrong ? LogLevel::kError : LogLevel::kWarning, "control plane unusable, retrying",
        fields);
  }

  void OnReconnected(absl::Duration away) override {
    Log(LogLevel::kInfo, "control plane reachable again",
        {{"unreachable_for", absl::FormatDuration(absl::Trunc(away, absl::Milliseconds(1)))}});
  }

  // Whether the process cannot continue.
  bool failed() const {
    MutexLock lock(mutex_);
    return failed_;
  }

 private:
  void Fail() {
    {
      MutexLock lock(mutex_);
      failed_ = true;
    }
    shutdown_.Ask();
  }

  const AgentOptions& options_;
  const HostPort& address_;
  const std::string& listening_;
  const Clock& clock_;
  ControlPlaneLeaderSource& leaders_;
  PoolWatcher& watcher_;
  ClientRedirects& redirects_;
  ShutdownRequest& shutdown_;
  // The heartbeat thread's own.
  bool was_registered_ = false;
  mutable Mutex mutex_;
  bool failed_ ABSL_GUARDED_BY(mutex_) = false;
};

// Logs how the view stands that this agent answers from.
class ViewLog final : public PoolWatchListener {
 public:
  void OnViewCurrent(int64_t view_version, absl::Duration away) override {
    Log(LogLevel::kInfo, "view current",
        {{"view_version", view_version},
         {"unreachable_for", absl::FormatDuration(absl::Trunc(away, absl::Milliseconds(1)))}});
  }
  void OnViewLost(const absl::Status& error) override {
    // Nothing to worry about yet: connections are replaced when they are old.
    Log(LogLevel::kInfo, "view may be outdated",
        {{"error", error.message()}, {"code", absl::StatusCodeToString(error.code())}});
  }
  void OnViewAges(absl::Duration age) override {
    Log(LogLevel::kWarning, "view is old",
        {{"age", absl::FormatDuration(absl::Trunc(age, absl::Seconds(1)))}});
  }
  void OnPeersGone(const std::set<std::string>& agent_ids) override {
    Log(LogLevel::kWarning, "unreachable agents excluded",
        {{"agents", absl::StrJoin(agent_ids, ",")}});
  }
};

// The load, and the data that the control plane lacks when this agent answers from its view.
class WatchingLoadSampler final : public LoadSampler {
 public:
  WatchingLoadSampler(LoadSampler& load, PoolWatcher& watcher) : load_(load), watcher_(watcher) {}

  void Sample(v1::HeartbeatRequest& heartbeat) override {
    load_.Sample(heartbeat);
    watcher_.Report(heartbeat);
  }

 private:
  LoadSampler& load_;
  PoolWatcher& watcher_;
};

// The agent's id: a configured one, or one that is kept in a directory, with the lock on it.
struct Identity {
  std::optional<AgentIdentity> kept;
  v1::RegisterAgentRequest self;
};

absl::StatusOr<Identity> Identify(const AgentOptions& options, Random& random) {
  // Everything else is checked before a directory is made.
  RETURN_IF_ERROR(
      DescribeAgent(options, options.agent_id.empty() ? "unknown" : options.agent_id).status());
  Identity identity;
  std::string agent_id = options.agent_id;
  if (agent_id.empty()) {
    ASSIGN_OR_RETURN(AgentIdentity kept, AgentIdentity::Open(options.state_dir, random));
    agent_id = kept.agent_id();
    identity.kept.emplace(std::move(kept));
  }
  ASSIGN_OR_RETURN(identity.self, DescribeAgent(options, agent_id));
  return identity;
}

// Where the agent's key comes from; nullptr if it has none.
absl::StatusOr<AgentKeySource> KeySource(const AgentOptions& options, const Clock& clock) {
  if (options.agent_key.empty() && options.agent_key_path.empty()) return AgentKeySource();
  if (options.agent_key_path.empty()) {
    RETURN_IF_ERROR(ValidateAgentKey(options.agent_key));
    return AgentKeySource([key = options.agent_key] { return key; });
  }
  if (!options.agent_key.empty()) {
    return absl::InvalidArgumentError("-agentKey and -agentKeyPath are both given; give one");
  }
  ASSIGN_OR_RETURN(const std::shared_ptr<AgentKeyFile> file,
                   AgentKeyFile::Open(options.agent_key_path, clock));
  return AgentKeySource([file] { return file->Key(); });
}

// `address` as it came out: with the port that was picked.
std::string Listening(const std::string& address, int port) {
  return absl::StrCat(address.substr(0, address.rfind(':')), ":", port);
}

// "off", "on" or "mutual".
absl::string_view TlsMode(const TlsFiles& files) {
  if (files.empty()) return "off";
  return files.certificate.empty() ? "on" : "mutual";
}

int CannotStart(const absl::Status& error) {
  Log(LogLevel::kError, "start failed", {{"error", error.message()}});
  return 1;
}

// Serves the clients of an agent that leaves until they have gone to other agents, or the drain
// period is over.
void Drain(const AgentOptions& options, const std::string& agent_id, Departure departure,
           const Clock& clock, PoolWatcher& watcher, ClientRedirects& redirects,
           Heartbeater& heartbeater, ShutdownRequest& shutdown) {
  // In the answers given here at once, whether the control plane is reachable or not.
  watcher.SetLeaving(agent_id);
  redirects.BeginLeaving();
  const absl::Status announced = heartbeater.AnnounceDeparture(departure);
  Log(LogLevel::kInfo, "leaving the pool",
      {{"drainPeriod", absl::FormatDuration(options.drain_period)},
       {"control_plane_notified", announced.ok() ? "true" : "false"}});
  while (true) {
    const absl::Duration left = redirects.progress().EarliestEnd() - clock.MonotonicNow();
    if (left <= absl::ZeroDuration() || shutdown.WaitFor(left)) break;
  }
  const RedirectCounters redirected = redirects.counters();
  Log(LogLevel::kInfo, "left the pool",
      {{"redirected_connections", redirected.draining.episodes},
       {"refused_requests", redirected.draining.refusals}});
}

// Waits for the end and goes through it in order. The exit status.
int Finish(const AgentOptions& options, const std::string& agent_id, const Clock& clock,
           PoolWatcher& watcher, const MembershipLog& membership, ClientRedirects& redirects,
           Heartbeater& heartbeater, kafka::KafkaServer& server, ShutdownRequest& shutdown) {
  const std::string signal = shutdown.Wait();
  if (membership.failed()) return 1;
  Log(LogLevel::kInfo, "shutting down", {{"signal", signal}});
  const Departure departure = options.announce_restart ? Departure::kRestart : Departure::kForGood;
  if (heartbeater.status().registration.has_value()) {
    Drain(options, agent_id, departure, clock, watcher, redirects, heartbeater, shutdown);
  }
  heartbeater.Stop(departure);
  server.Stop(kCloseGrace);
  if (membership.failed()) return 1;
  Log(LogLevel::kInfo, "shutdown complete");
  return 0;
}

int Serve(const AgentOptions& options, const Identity& identity, const kafka::Topics& topics,
          const Clock& clock, Random& random, ShutdownRequest& shutdown) {
  kafka::Traffic traffic(&topics);
  const auto credentials = MakeChannelCredentials(options.tls, {"-tlsCert", "-tlsKey", "-tlsCA"});
  if (!credentials.ok()) return CannotStart(credentials.status());
  const absl::StatusOr<AgentKeySource> key = KeySource(options, clock);
  if (!key.ok()) return CannotStart(key.status());
  const auto channel = MakeChannel(options.control_plane_address, *credentials, *key);
  ControlPlaneClient client(channel);
  ViewLog view_log;
  TcpPeerProbe peers;
  PoolWatcher watcher(channel, clock, random, view_log, &peers);
  ControlPlaneLeaderSource leaders(client, watcher, identity.self.agent_id());
  ClientRedirects redirects(clock, watcher, identity.self.agent_id(), options.drain_period);
  kafka::MemoryBudget budget({options.client_memory_bytes}, &clock);
  std::unique_ptr<MetricsEndpoint> metrics;
  if (!options.metrics_address.empty()) {
    auto served =
        ServeMetrics(options.metrics_address,
                     std::make_shared<AgentMetrics>(watcher, leaders, redirects, traffic, budget));
    if (!served.ok()) return CannotStart(served.status());
    metrics = *std::move(served);
    Log(LogLevel::kInfo, "serving metrics",
        {{"address", Listening(options.metrics_address, metrics->port())}});
  }
  kafka::Responder responder(&topics, &traffic, &leaders, &random, &clock, &redirects);
  kafka::KafkaServerOptions server_options;
  server_options.listen_address = options.kafka_address;
  server_options.max_connections = options.connection_limit;
  const auto server = kafka::KafkaServer::Start(server_options, &responder, &traffic, &budget);
  if (!server.ok()) return CannotStart(server.status());
  const absl::StatusOr<HostPort> address = AdvertisedAddress(options, (*server)->port());
  if (!address.ok()) return CannotStart(address.status());
  leaders.SetAddress(*address);

  v1::RegisterAgentRequest self = identity.self;
  self.set_address(FormatHostPort(*address));
  const ProcessCpuMeter cpu;
  AgentLoadSampler load(clock, cpu, traffic,
                        {options.connection_limit, options.network_bytes_per_second});
  WatchingLoadSampler sampler(load, watcher);
  const std::string listening = Listening(options.kafka_address, (*server)->port());
  MembershipLog membership(options, *address, listening, clock, leaders, watcher, redirects,
                           shutdown);
  Heartbeater heartbeater(clock, random, std::make_unique<StreamedMembership>(channel, clock),
                          sampler, membership, std::move(self));
  return Finish(options, identity.self.agent_id(), clock, watcher, membership, redirects,
                heartbeater, **server, shutdown);
}

}  // namespace

int RunReferenceAgent(const AgentOptions& options, const Clock& clock, Random& random,
                      ShutdownRequest& shutdown) {
  Log(LogLevel::kInfo, "reference agent: produced records are counted and DISCARDED",
      {{"version", kSoftwareVersion}, {"commit", options.commit}});
  const absl::StatusOr<Identity> identity = Identify(options, random);
  if (!identity.ok()) return CannotStart(identity.status());
  const absl::StatusOr<kafka::Topics> topics = kafka::Topics::Parse(options.topics);
  if (!topics.ok()) return CannotStart(topics.status());
  Log(LogLevel::kInfo, "joining",
      {{"agent_id", identity->self.agent_id()},
       {"agentPoolName", PoolName(options)},
       {"defaultVirtualClusterID", options.default_virtual_cluster_id},
       {"availabilityZone", options.availability_zone},
       {"agentGroup", options.agent_group},
       {"kafkaAddress", options.kafka_address},
       {"controlPlaneAddress", options.control_plane_address},
       {"tls", TlsMode(options.tls)},
       {"agent_key",
        options.agent_key.empty() && options.agent_key_path.empty() ? "none" : "given"},
       {"topics", options.topics}});
  return Serve(options, *identity, *topics, clock, random, shutdown);
}

}  // namespace bellwether
