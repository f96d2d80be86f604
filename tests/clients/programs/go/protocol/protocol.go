// Package protocol is what every client program of the matrix has in common; ../../../README.md
// describes it.
package protocol

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	warmUp         = 64
	warmUpPatience = 30 * time.Second
)

var value = []byte(strings.Repeat("x", 100))

// Options are the arguments of the command line.
type Options struct {
	Command    string
	Bootstrap  []string
	ClientID   string
	Topics     []string
	Rate       float64
	Patience   time.Duration
	Refresh    time.Duration // 0: the client's default
	Clients    int
	Calls      int
	Period     time.Duration
	Isolation  string
	Idempotent bool
}

// seconds is a duration as a flag that counts seconds.
type seconds struct{ period *time.Duration }

func (s seconds) String() string { return "" }

func (s seconds) Set(text string) error {
	var count float64
	_, err := fmt.Sscan(text, &count)
	*s.period = time.Duration(count * float64(time.Second))
	return err
}

// Parse reads the command line.
func Parse() Options {
	options := Options{Command: os.Args[1], Patience: 30 * time.Second, Period: 10 * time.Second}
	flags := flag.NewFlagSet(options.Command, flag.ExitOnError)
	bootstrap := flags.String("bootstrap", "", "")
	topics := flags.String("topics", "", "")
	refresh := flags.Int("refresh-ms", 0, "")
	flags.StringVar(&options.ClientID, "client-id", "", "")
	flags.Float64Var(&options.Rate, "rate", 200, "")
	flags.Var(seconds{&options.Patience}, "patience", "")
	flags.Var(seconds{&options.Period}, "seconds", "")
	flags.IntVar(&options.Clients, "clients", 1, "")
	flags.IntVar(&options.Calls, "calls", 1, "")
	flags.StringVar(&options.Isolation, "isolation", "read_uncommitted", "")
	flags.BoolVar(&options.Idempotent, "idempotent", true, "")
	_ = flags.Parse(os.Args[2:]) // it exits by itself
	options.Bootstrap = strings.Split(*bootstrap, ",")
	options.Topics = strings.Split(*topics, ",")
	options.Refresh = time.Duration(*refresh) * time.Millisecond
	return options
}

// Must ends the program with a complaint if there is an error.
func Must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// Fields are those of an event that is printed.
type Fields map[string]any

func say(event string, fields Fields) {
	line := Fields{"event": event}
	for name, field := range fields {
		line[name] = field
	}
	Must(json.NewEncoder(os.Stdout).Encode(line))
}

// End prints the result and ends the process, whatever goroutines of the client still do.
func End(fields Fields) {
	say("result", fields)
	os.Exit(0)
}

// Tally counts messages and errors. Thread-safe.
type Tally struct {
	mutex        sync.Mutex
	sent         int
	acknowledged int
	failed       int
	slowest      time.Duration
	errors       map[string]int
}

// Message is one that was sent.
type Message struct {
	tally   *Tally
	started time.Time
}

// Send counts a message that is sent now.
func (t *Tally) Send() *Message {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.sent++
	return &Message{t, time.Now()}
}

// Done is to be called once: with nil when it is acknowledged, or with the error.
func (m *Message) Done(err error) {
	if err != nil {
		m.tally.Error(err)
		return
	}
	m.tally.mutex.Lock()
	defer m.tally.mutex.Unlock()
	m.tally.acknowledged++
	m.tally.slowest = max(m.tally.slowest, time.Since(m.started))
}

// Error counts an error that the client's user sees.
func (t *Tally) Error(err error) {
	text := err.Error()
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.errors == nil {
		t.errors = map[string]int{}
	}
	t.failed++
	t.errors[text[:min(len(text), 200)]]++
}

func (t *Tally) open() int {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	return t.sent - t.acknowledged - t.failed
}

func (t *Tally) settle(patience time.Duration) {
	deadline := time.Now().Add(patience)
	for t.open() > 0 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
}

// Result is what End prints.
func (t *Tally) Result() Fields {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	errors := t.errors
	if errors == nil {
		errors = map[string]int{}
	}
	return Fields{"sent": t.sent, "acknowledged": t.acknowledged,
		"slowest": t.slowest.Seconds(), "errors": errors}
}

// Produce sends messages until standard input ends, waits for the acknowledgements, and returns the
// result.
func Produce(options Options, send func(topic string, key, value []byte, message *Message)) Fields {
	var tally Tally
	count := 0
	sendOne := func() {
		topic := options.Topics[count%len(options.Topics)]
		send(topic, []byte(fmt.Sprint(count)), value, tally.Send())
		count++
	}
	for range warmUp {
		sendOne()
	}
	tally.settle(warmUpPatience)
	tally.mutex.Lock()
	tally.slowest = 0
	tally.mutex.Unlock()
	say("ready", nil)
	var stopped atomic.Bool
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until its end
		stopped.Store(true)
	}()
	due := time.Now()
	for !stopped.Load() {
		sendOne()
		due = due.Add(time.Duration(float64(time.Second) / options.Rate))
		time.Sleep(time.Until(due))
	}
	tally.settle(options.Patience)
	return tally.Result()
}

// Call makes a call that counts as a message, several times at once.
func (t *Tally) Call(times int, call func() error) {
	var group sync.WaitGroup
	for range times {
		group.Go(func() {
			message := t.Send()
			message.Done(call())
		})
	}
	group.Wait()
}
