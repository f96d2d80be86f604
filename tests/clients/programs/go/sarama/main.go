// A client program of the matrix: sarama.
package main

import (
	"log"
	"os"
	"regexp"
	"sync"
	"sync/atomic"
	"time"

	"bellwether/tests/clients/protocol"

	"github.com/IBM/sarama"
)

var (
	removal   = regexp.MustCompile(`(?:client/brokers deregistered|client/broker remove invalid) broker #(\d+)`)
	harmless  = regexp.MustCompile(`successful`)
	complaint = regexp.MustCompile(`(?i)error|fail|retry|because|no available broker`)
	removed   sync.Map
)

// complaints takes sarama's log, which has no levels: it counts the brokers that sarama removes, and
// passes on what a user would worry about.
type complaints struct{}

func (complaints) Write(line []byte) (int, error) {
	match := removal.FindSubmatch(line)
	isRemoval := match != nil
	if isRemoval {
		removed.Store(string(match[1]), true)
	}
	if isRemoval || complaint.Match(line) && !harmless.Match(line) {
		return os.Stderr.Write(line)
	}
	return len(line), nil
}

func config(options protocol.Options) *sarama.Config {
	settings := sarama.NewConfig()
	settings.ClientID = options.ClientID
	if options.Refresh > 0 {
		settings.Metadata.RefreshFrequency = options.Refresh
	}
	settings.Consumer.Return.Errors = true
	if options.Isolation == "read_committed" {
		settings.Consumer.IsolationLevel = sarama.ReadCommitted
	}
	settings.Producer.Return.Successes = true
	if options.Idempotent {
		settings.Producer.Idempotent = true
		// What sarama asks for with it.
		settings.Producer.RequiredAcks = sarama.WaitForAll
		settings.Net.MaxOpenRequests = 1
	}
	return settings
}

func describeTopics(admin sarama.ClusterAdmin, topics []string) ([]*sarama.TopicMetadata, error) {
	described, err := admin.DescribeTopics(topics)
	if err != nil {
		return nil, err
	}
	for _, topic := range described {
		if topic.Err != sarama.ErrNoError {
			return nil, topic.Err
		}
	}
	return described, nil
}

func metadata(options protocol.Options) {
	admin, err := sarama.NewClusterAdmin(options.Bootstrap, config(options))
	protocol.Must(err)
	cluster, _, err := admin.DescribeCluster()
	protocol.Must(err)
	brokers := []string{}
	for _, broker := range cluster {
		brokers = append(brokers, broker.Addr())
	}
	described, err := describeTopics(admin, options.Topics)
	protocol.Must(err)
	partitions, leaderless := 0, 0
	for _, topic := range described {
		for _, partition := range topic.Partitions {
			partitions++
			if partition.Leader < 0 {
				leaderless++
			}
		}
	}
	protocol.End(protocol.Fields{"brokers": brokers, "partitions": partitions,
		"leaderless": leaderless})
}

func produce(options protocol.Options) {
	producer, err := sarama.NewAsyncProducer(options.Bootstrap, config(options))
	protocol.Must(err)
	go func() {
		for message := range producer.Successes() {
			message.Metadata.(*protocol.Message).Done(nil)
		}
	}()
	go func() {
		for failure := range producer.Errors() {
			failure.Msg.Metadata.(*protocol.Message).Done(failure.Err)
		}
	}()
	result := protocol.Produce(options,
		func(topic string, key, value []byte, message *protocol.Message) {
			producer.Input() <- &sarama.ProducerMessage{Topic: topic, Key: sarama.ByteEncoder(key),
				Value: sarama.ByteEncoder(value), Metadata: message}
		})
	brokers := 0
	removed.Range(func(any, any) bool { brokers++; return true })
	result["removed"] = brokers
	protocol.End(result)
}

func describe(options protocol.Options) {
	var tally protocol.Tally
	for range options.Clients {
		admin, err := sarama.NewClusterAdmin(options.Bootstrap, config(options))
		protocol.Must(err)
		tally.Call(options.Calls, func() error {
			_, err := describeTopics(admin, options.Topics)
			return err
		})
		// Its ListTopics asks for the topics' settings too, which is another matter.
		tally.Call(1, func() error {
			_, err := describeTopics(admin, nil)
			return err
		})
		tally.Call(1, func() error {
			_, _, err := admin.DescribeCluster()
			return err
		})
		protocol.Must(admin.Close())
	}
	protocol.End(tally.Result())
}

func consume(options protocol.Options) {
	consumer, err := sarama.NewConsumer(options.Bootstrap, config(options))
	protocol.Must(err)
	var tally protocol.Tally
	var records atomic.Int64
	for _, topic := range options.Topics {
		partitions, err := consumer.Partitions(topic)
		protocol.Must(err)
		for _, partition := range partitions {
			consumed, err := consumer.ConsumePartition(topic, partition, sarama.OffsetOldest)
			if err != nil {
				tally.Error(err)
				continue
			}
			go func() {
				for range consumed.Messages() {
					records.Add(1)
				}
			}()
			go func() {
				for err := range consumed.Errors() {
					tally.Error(err)
				}
			}()
		}
	}
	time.Sleep(options.Period)
	result := tally.Result()
	result["records"] = records.Load()
	protocol.End(result)
}

func main() {
	options := protocol.Parse()
	sarama.Logger = log.New(complaints{}, "", log.Ltime|log.Lmicroseconds)
	map[string]func(protocol.Options){"metadata": metadata, "produce": produce,
		"describe": describe, "consume": consume}[options.Command](options)
}
