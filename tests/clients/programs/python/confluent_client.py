"""A client program of the matrix: confluent-kafka, which is librdkafka."""

import time

import confluent_kafka
import protocol
from confluent_kafka.admin import AdminClient

# What an admin call waits for an answer, in seconds.
TIMEOUT = 10


def common(options):
    return {"bootstrap.servers": ",".join(options.bootstrap), "client.id": options.client_id}


def described(admin, options):
    futures = admin.describe_topics(confluent_kafka.TopicCollection(options.topics),
                                    request_timeout=TIMEOUT)
    return [future.result() for future in futures.values()]


def metadata(options):
    admin = AdminClient(common(options))
    cluster = admin.describe_cluster(request_timeout=TIMEOUT).result()
    partitions = [partition for topic in described(admin, options)
                  for partition in topic.partitions]
    protocol.end(brokers=["%s:%d" % (node.host, node.port) for node in cluster.nodes],
                 partitions=len(partitions),
                 leaderless=sum(partition.leader is None or partition.leader.id < 0
                                for partition in partitions))


def produce(options):
    settings = {**common(options), "enable.idempotence": options.idempotent}
    if options.refresh_ms:
        settings["topic.metadata.refresh.interval.ms"] = options.refresh_ms
    producer = confluent_kafka.Producer(settings)

    def send(topic, key, value, done):
        producer.produce(topic, key=key, value=value, on_delivery=lambda error, _: done(error))
    protocol.produce(options, send, lambda: producer.poll(0))


def describe(options):
    def calls_of():
        admin = AdminClient(common(options))
        return (lambda: described(admin, options),
                (lambda: admin.list_topics(timeout=TIMEOUT),
                 lambda: admin.describe_cluster(request_timeout=TIMEOUT).result()),
                lambda: None)
    protocol.describe(options, calls_of)


def consume(options):
    consumer = confluent_kafka.Consumer({
        **common(options), "group.id": "matrix", "enable.auto.commit": False,
        "auto.offset.reset": "earliest", "isolation.level": options.isolation})
    listed = consumer.list_topics(timeout=TIMEOUT).topics
    consumer.assign([confluent_kafka.TopicPartition(topic, partition,
                                                    confluent_kafka.OFFSET_BEGINNING)
                     for topic in options.topics for partition in listed[topic].partitions])
    tally = protocol.Tally()
    records = 0
    deadline = time.monotonic() + options.seconds
    while time.monotonic() < deadline:
        message = consumer.poll(0.5)
        if message is not None and message.error():
            tally.error(message.error())
        records += message is not None and not message.error()
    protocol.end(records=records, errors=tally.result()["errors"])


if __name__ == "__main__":
    chosen = protocol.arguments()
    globals()[chosen.command](chosen)
