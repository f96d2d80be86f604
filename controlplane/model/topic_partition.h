#ifndef CONTROLPLANE_MODEL_TOPIC_PARTITION_H_
#define CONTROLPLANE_MODEL_TOPIC_PARTITION_H_

#include <cstdint>
#include <string>

namespace bellwether {

// A topic and the number of its partitions.
struct TopicPartitions {
  std::string topic;
  int32_t partition_count = 0;
};

}  // namespace bellwether

#endif  // CONTROLPLANE_MODEL_TOPIC_PARTITION_H_
