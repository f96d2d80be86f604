import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A client program of the matrix: kafka-clients, of whichever version is on the class path. */
final class Client {
  private Client() {}

  private static Properties common(Protocol.Options options) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", options.text("bootstrap", ""));
    settings.put("client.id", options.text("client-id", ""));
    return settings;
  }

  private static Collection<TopicDescription> described(Admin admin, List<String> topics)
      throws Exception {
    return admin.describeTopics(topics).allTopicNames().get().values();
  }

  private static void metadata(Protocol.Options options) throws Exception {
    Admin admin = Admin.create(common(options));
    List<String> brokers = admin.describeCluster().nodes().get().stream()
        .map(node -> node.host() + ":" + node.port()).collect(Collectors.toList());
    List<TopicPartitionInfo> partitions = described(admin, options.topics()).stream()
        .flatMap(topic -> topic.partitions().stream()).collect(Collectors.toList());
    long leaderless = partitions.stream()
        .filter(partition -> partition.leader() == null || partition.leader().isEmpty()).count();
    Protocol.end("\"brokers\":" + Protocol.quote(brokers) + ",\"partitions\":" + partitions.size()
        + ",\"leaderless\":" + leaderless);
  }

  private static void produce(Protocol.Options options) throws Exception {
    Properties settings = common(options);
    String refresh = options.text("refresh-ms", "");
    if (!refresh.isEmpty()) {
      settings.put("metadata.max.age.ms", refresh);
    }
    KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
        settings, new ByteArraySerializer(), new ByteArraySerializer());
    Protocol.produce(options, (topic, key, value, done) ->
        producer.send(new ProducerRecord<>(topic, key, value),
            (written, error) -> done.accept(error)));
  }

  private static void describe(Protocol.Options options) throws Exception {
    Protocol.Tally tally = new Protocol.Tally();
    for (int client = 0; client < options.number("clients", 1); client++) {
      try (Admin admin = Admin.create(common(options))) {
        Callable<?> describeTopics = () -> described(admin, options.topics());
        Protocol.callAll(tally,
            Collections.nCopies((int) options.number("calls", 1), describeTopics));
        Protocol.callAll(tally, List.of(() -> admin.listTopics().names().get()));
        Protocol.callAll(tally, List.of(() -> admin.describeCluster().nodes().get()));
      }
    }
    Protocol.end(tally.result());
  }

  private static void consume(Protocol.Options options) {
    Properties settings = common(options);
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    settings.put("isolation.level", options.text("isolation", "read_uncommitted"));
    KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
        settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    Protocol.Tally tally = new Protocol.Tally();
    int records = 0;
    consumer.assign(options.topics().stream()
        .flatMap(topic -> consumer.partitionsFor(topic).stream())
        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
        .collect(Collectors.toList()));
    long deadline = System.nanoTime() + (long) (options.number("seconds", 10) * 1e9);
    while (System.nanoTime() < deadline) {
      try {
        records += consumer.poll(Duration.ofMillis(500)).count();
      } catch (RuntimeException error) {
        tally.error(error);
      }
    }
    Protocol.end("\"records\":" + records + "," + tally.errors());
  }

  public static void main(String[] arguments) throws Exception {
    Protocol.Options options = new Protocol.Options(arguments);
    switch (options.command) {
      case "metadata":
        metadata(options);
        break;
      case "produce":
        produce(options);
        break;
      case "describe":
        describe(options);
        break;
      case "consume":
        consume(options);
        break;
      default:
        throw new IllegalArgumentException("unknown command " + options.command);
    }
  }
}
