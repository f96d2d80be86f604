#ifndef AGENTCLIENT_CHANNEL_H_
#define AGENTCLIENT_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/security/credentials.h>

#include <memory>
#include <string>

#include "agentclient/agent_key.h"

namespace bellwether {

// A channel to the control plane's agent address ("host:port"), set up for the long life of an
// agent: a dead connection is noticed within about 15 seconds, and a control plane that is back is
// found within 3. Connects when the first call is made; never fails. One channel is enough for
// everything that an agent does. Every call carries the key that `key` gives, if there is one.
std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address,
                                           const std::shared_ptr<grpc::ChannelCredentials>&
                                               credentials = grpc::InsecureChannelCredentials(),
                                           const AgentKeySource& key = nullptr);

}  // namespace bellwether

#endif  // AGENTCLIENT_CHANNEL_H_
