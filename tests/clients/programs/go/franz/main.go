// A client program of the matrix: franz-go.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"bellwether/tests/clients/protocol"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
)

func client(options protocol.Options, more ...kgo.Opt) *kgo.Client {
	settings := append(more, kgo.SeedBrokers(options.Bootstrap...), kgo.ClientID(options.ClientID),
		kgo.WithLogger(kgo.BasicLogger(os.Stderr, kgo.LogLevelWarn, nil)))
	if options.Refresh > 0 {
		settings = append(settings, kgo.MetadataMaxAge(options.Refresh))
		// The age must not be above the largest, and is 5 s by default.
		settings = append(settings, kgo.MetadataMinAge(min(options.Refresh, 5*time.Second)))
	}
	made, err := kgo.NewClient(settings...)
	protocol.Must(err)
	return made
}

func describeTopics(admin *kadm.Client, topics ...string) (kadm.TopicDetails, error) {
	described, err := admin.ListTopics(context.Background(), topics...)
	if err != nil {
		return nil, err
	}
	return described, described.Error()
}

func metadata(options protocol.Options) {
	admin := kadm.NewClient(client(options))
	listed, err := admin.ListBrokers(context.Background())
	protocol.Must(err)
	brokers := []string{}
	for _, broker := range listed {
		brokers = append(brokers, fmt.Sprintf("%s:%d", broker.Host, broker.Port))
	}
	described, err := describeTopics(admin, options.Topics...)
	protocol.Must(err)
	partitions, leaderless := 0, 0
	described.EachPartition(func(partition kadm.PartitionDetail) {
		partitions++
		if partition.Leader < 0 {
			leaderless++
		}
	})
	protocol.End(protocol.Fields{"brokers": brokers, "partitions": partitions,
		"leaderless": leaderless})
}

func produce(options protocol.Options) {
	producer := client(options)
	result := protocol.Produce(options,
		func(topic string, key, value []byte, message *protocol.Message) {
			producer.Produce(context.Background(),
				&kgo.Record{Topic: topic, Key: key, Value: value},
				func(_ *kgo.Record, err error) { message.Done(err) })
		})
	protocol.End(result)
}

func describe(options protocol.Options) {
	var tally protocol.Tally
	for range options.Clients {
		admin := kadm.NewClient(client(options))
		tally.Call(options.Calls, func() error {
			_, err := describeTopics(admin, options.Topics...)
			return err
		})
		tally.Call(1, func() error {
			_, err := describeTopics(admin)
			return err
		})
		tally.Call(1, func() error {
			_, err := admin.BrokerMetadata(context.Background())
			return err
		})
		admin.Close()
	}
	protocol.End(tally.Result())
}

func consume(options protocol.Options) {
	offsets := map[string]map[int32]kgo.Offset{}
	described, err := describeTopics(kadm.NewClient(client(options)), options.Topics...)
	protocol.Must(err)
	described.EachPartition(func(partition kadm.PartitionDetail) {
		if offsets[partition.Topic] == nil {
			offsets[partition.Topic] = map[int32]kgo.Offset{}
		}
		offsets[partition.Topic][partition.Partition] = kgo.NewOffset().AtStart()
	})
	isolation := kgo.ReadUncommitted()
	if options.Isolation == "read_committed" {
		isolation = kgo.ReadCommitted()
	}
	consumer := client(options, kgo.ConsumePartitions(offsets), kgo.FetchIsolationLevel(isolation))
	period, cancel := context.WithTimeout(context.Background(), options.Period)
	defer cancel()
	var tally protocol.Tally
	records := 0
	for period.Err() == nil {
		fetches := consumer.PollFetches(period)
		records += fetches.NumRecords()
		fetches.EachError(func(_ string, _ int32, err error) {
			if !errors.Is(err, context.DeadlineExceeded) {
				tally.Error(err)
			}
		})
	}
	result := tally.Result()
	result["records"] = records
	protocol.End(result)
}

func main() {
	options := protocol.Parse()
	map[string]func(protocol.Options){"metadata": metadata, "produce": produce,
		"describe": describe, "consume": consume}[options.Command](options)
}
