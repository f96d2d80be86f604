#include "tests/support/kafka_writer.h"

#include <initializer_list>
#include <utility>

#include "gtest/gtest.h"

namespace bellwether {

KafkaWriter::KafkaWriter(const std::string& bootstrap, const std::string& client_id,
                         const std::string& topic)
    : topic_(topic) {
  char error[256] = "";
  rd_kafka_conf_t* settings = rd_kafka_conf_new();
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"bootstrap.servers", bootstrap.c_str()},
           {"client.id", client_id.c_str()},
           {"topic.metadata.refresh.interval.ms", "1000"},
           {"acks", "1"},
           // Errors. That messages are under way when it ends is none.
           {"log_level", "3"}}) {
    EXPECT_EQ(rd_kafka_conf_set(settings, name, value, error, sizeof(error)), RD_KAFKA_CONF_OK)
        << error;
  }
  rd_kafka_conf_set_opaque(settings, this);
  rd_kafka_conf_set_dr_msg_cb(settings, &KafkaWriter::CountFailure);
  // Owns the settings from here on.
  producer_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, settings, error, sizeof(error)));
  EXPECT_NE(producer_, nullptr) << error;
}

void KafkaWriter::Write(int32_t partition, size_t bytes) {
  std::string message(bytes, '\0');
  const rd_kafka_resp_err_t error = rd_kafka_producev(
      producer_.get(), RD_KAFKA_V_TOPIC(topic_.c_str()), RD_KAFKA_V_PARTITION(partition),
      RD_KAFKA_V_VALUE(message.data(), message.size()), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
      RD_KAFKA_V_END);
  if (error != RD_KAFKA_RESP_ERR_NO_ERROR) ++failed_;
  // Processes deliveries since the last call.
  rd_kafka_poll(producer_.get(), 0);
}

void KafkaWriter::CountFailure(rd_kafka_t*, const rd_kafka_message_t* message, void* writer) {
  if (message->err != RD_KAFKA_RESP_ERR_NO_ERROR) ++static_cast<KafkaWriter*>(writer)->failed_;
}

}  // namespace bellwether
