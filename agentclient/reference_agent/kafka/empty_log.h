#ifndef AGENTCLIENT_REFERENCE_AGENT_KAFKA_EMPTY_LOG_H_
#define AGENTCLIENT_REFERENCE_AGENT_KAFKA_EMPTY_LOG_H_

#include <cstdint>

#include "agentclient/reference_agent/kafka/list_offsets.h"
#include "agentclient/reference_agent/kafka/topics.h"

namespace bellwether::kafka {

// Records are discarded, so consumers find each partition empty, even after a Produce: this is its
// log start offset, its high watermark and its last stable offset.
inline constexpr int64_t kEmptyLogOffset = 0;

// Whether `topic` has that partition; false for nullptr.
bool HasPartition(const Topic* topic, int32_t partition);

// The earliest and the latest offset are kEmptyLogOffset; no record is as late as any timestamp.
ListOffsetsResponse AnswerListOffsets(const ListOffsetsRequest& request, const Topics& topics);

}  // namespace bellwether::kafka

#endif  // AGENTCLIENT_REFERENCE_AGENT_KAFKA_EMPTY_LOG_H_
