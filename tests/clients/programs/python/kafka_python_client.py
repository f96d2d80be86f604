"""A client program of the matrix: kafka-python."""

import logging
import time

import kafka
import kafka.errors
import protocol


def common(options):
    return dict(bootstrap_servers=options.bootstrap, client_id=options.client_id)


def described(admin, options):
    topics = admin.describe_topics(options.topics)
    for topic in topics:
        if topic["error_code"] != 0:
            raise kafka.errors.for_code(topic["error_code"])(topic["name"])
    return topics


def metadata(options):
    admin = kafka.KafkaAdminClient(**common(options))
    brokers = ["%s:%d" % (broker["host"], broker["port"])
               for broker in admin.describe_cluster()["brokers"]]
    partitions = [partition for topic in described(admin, options)
                  for partition in topic["partitions"]]
    protocol.end(brokers=brokers, partitions=len(partitions),
                 leaderless=sum(partition["leader_id"] < 0 for partition in partitions))


def produce(options):
    refresh = {"metadata_max_age_ms": options.refresh_ms} if options.refresh_ms else {}
    producer = kafka.KafkaProducer(**common(options), **refresh)

    def send(topic, key, value, done):
        future = producer.send(topic, key=key, value=value)
        future.add_callback(lambda _: done(None))
        future.add_errback(lambda error: done(repr(error)))
    protocol.produce(options, send)


def describe(options):
    def calls_of():
        admin = kafka.KafkaAdminClient(**common(options))
        return (lambda: described(admin, options),
                (admin.list_topics, admin.describe_cluster), admin.close)
    # Its admin client is for one thread.
    protocol.describe(options, calls_of, at_once=False)


def consume(options):
    consumer = kafka.KafkaConsumer(**common(options), auto_offset_reset="earliest",
                                   isolation_level=options.isolation)
    consumer.assign([kafka.TopicPartition(topic, partition) for topic in options.topics
                     for partition in consumer.partitions_for_topic(topic)])
    tally = protocol.Tally()
    records = 0
    deadline = time.monotonic() + options.seconds
    while time.monotonic() < deadline:
        try:
            records += sum(map(len, consumer.poll(timeout_ms=500).values()))
        except Exception as error:
            tally.error(repr(error))
    protocol.end(records=records, errors=tally.result()["errors"])


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    chosen = protocol.arguments()
    globals()[chosen.command](chosen)
