#ifndef TESTS_SUPPORT_KAFKA_WRITER_H_
#define TESTS_SUPPORT_KAFKA_WRITER_H_

#include <librdkafka/rdkafka.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace bellwether {

// A real Kafka producer with a client id of its own, which asks every second who leads. Not
// thread-safe, but for failed().
class KafkaWriter {
 public:
  // `bootstrap` is "host:port" of any agent.
  KafkaWriter(const std::string& bootstrap, const std::string& client_id, const std::string& topic);

  // Sends one message of so many zeros, in the background; never waits.
  void Write(int32_t partition, size_t bytes);
  // Messages that were not taken, or taken and not delivered.
  int64_t failed() const { return failed_; }

 private:
  struct Destroy {
    void operator()(rd_kafka_t* producer) const { rd_kafka_destroy(producer); }
  };

  static void CountFailure(rd_kafka_t*, const rd_kafka_message_t* message, void* writer);

  const std::string topic_;
  std::atomic<int64_t> failed_{0};
  std::unique_ptr<rd_kafka_t, Destroy> producer_;
};

}  // namespace bellwether

#endif  // TESTS_SUPPORT_KAFKA_WRITER_H_
