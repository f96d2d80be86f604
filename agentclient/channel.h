#ifndef AGENTCLIENT_CHANNEL_H_
#define AGENTCLIENT_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "agentclient/agent_key.h"

namespace bellwether {

// A channel to the control plane's agent address ("host:port"), configured for the long life of an
// agent: it detects a dead connection within about 15 seconds and finds a control plane that is
// back within 3. Connects on the first call; never fails. One channel is enough for everything
// that an agent does. Every call carries the key that `key` returns, if there is one.
std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address,
                                           const std::shared_ptr<grpc::ChannelCredentials>&
                                               credentials = grpc::InsecureChannelCredentials(),
                                           const AgentKeySource& key = nullptr);

}  // namespace bellwether

#endif  // AGENTCLIENT_CHANNEL_H_
