import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** What every client program of the matrix has in common; ../../README.md describes it. */
final class Protocol {
  static final int WARM_UP = 64;
  static final double WARM_UP_PATIENCE = 30;
  static final byte[] VALUE = "x".repeat(100).getBytes();

  private Protocol() {}

  /** The arguments of the command line. */
  static final class Options {
    final String command;
    private final Map<String, String> values = new HashMap<>();

    Options(String[] arguments) {
      command = arguments[0];
      for (String argument : Arrays.copyOfRange(arguments, 1, arguments.length)) {
        String[] parts = argument.split("=", 2);
        values.put(parts[0].substring(2), parts[1]);
      }
    }

    String text(String name, String otherwise) {
      return values.getOrDefault(name, otherwise);
    }

    double number(String name, double otherwise) {
      return Double.parseDouble(text(name, Double.toString(otherwise)));
    }

    List<String> topics() {
      return Arrays.asList(text("topics", "").split(","));
    }
  }

  /** Is called once for each message or call: with null, or with the error. */
  interface Done {
    void accept(Throwable error);
  }

  interface Call {
    void start(Done done) throws Exception;
  }

  interface Send {
    void start(String topic, byte[] key, byte[] value, Done done) throws Exception;
  }

  /** Counts messages and errors. Thread-safe. */
  static final class Tally {
    private int sent;
    private int acknowledged;
    private long slowest;
    private final Map<String, Integer> errors = new TreeMap<>();

    synchronized int open() {
      return sent - acknowledged - errors.values().stream().mapToInt(Integer::intValue).sum();
    }

    void send(Call call) {
      synchronized (this) {
        sent++;
      }
      long started = System.nanoTime();
      Done done = error -> finish(started, error);
      try {
        call.start(done);
      } catch (Exception error) {
        done.accept(error);
      }
    }

    private synchronized void finish(long started, Throwable error) {
      if (error != null) {
        error(error);
        return;
      }
      acknowledged++;
      slowest = Math.max(slowest, System.nanoTime() - started);
    }

    synchronized void error(Throwable error) {
      String text = error.toString();
      errors.merge(text.substring(0, Math.min(200, text.length())), 1, Integer::sum);
    }

    synchronized void forgetSlowest() {
      slowest = 0;
    }

    synchronized String result() {
      return "\"sent\":" + sent + ",\"acknowledged\":" + acknowledged + ",\"slowest\":"
          + slowest / 1e9 + "," + errors();
    }

    synchronized String errors() {
      return "\"errors\":{" + errors.entrySet().stream()
          .map(entry -> quote(entry.getKey()) + ":" + entry.getValue())
          .collect(Collectors.joining(",")) + "}";
    }
  }

  static String quote(String text) {
    return "\"" + text.replaceAll("[\"\\\\\\p{Cntrl}]", " ") + "\"";
  }

  static String quote(List<String> texts) {
    return texts.stream().map(Protocol::quote).collect(Collectors.joining(",", "[", "]"));
  }

  static void say(String event, String fields) {
    System.out.println("{\"event\":\"" + event + "\"" + (fields.isEmpty() ? "" : "," + fields)
        + "}");
    System.out.flush();
  }

  /** Prints the result and ends the process, whatever threads of the client still do. */
  static void end(String fields) {
    say("result", fields);
    Runtime.getRuntime().halt(0);
  }

  /** Sends messages until standard input ends, and prints the result. */
  static void produce(Options options, Send send) throws Exception {
    Tally tally = new Tally();
    int count = 0;
    while (count < WARM_UP) {
      sendOne(options, tally, send, count++);
    }
    settle(tally, WARM_UP_PATIENCE);
    tally.forgetSlowest();
    say("ready", "");
    CompletableFuture<Void> stopped = CompletableFuture.runAsync(Protocol::readToEnd);
    long interval = (long) (1e9 / options.number("rate", 200));
    long due = System.nanoTime();
    while (!stopped.isDone()) {
      sendOne(options, tally, send, count++);
      due += interval;
      Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
    }
    settle(tally, options.number("patience", 30));
    end(tally.result());
  }

  private static void sendOne(Options options, Tally tally, Send send, int count) {
    String topic = options.topics().get(count % options.topics().size());
    byte[] key = Integer.toString(count).getBytes();
    tally.send(done -> send.start(topic, key, VALUE, done));
  }

  private static void settle(Tally tally, double seconds) throws InterruptedException {
    long deadline = System.nanoTime() + (long) (seconds * 1e9);
    while (tally.open() > 0 && System.nanoTime() < deadline) {
      Thread.sleep(10);
    }
  }

  private static void readToEnd() {
    try {
      System.in.readAllBytes();
    } catch (IOException ended) {
      // No more input is what we wait for.
    }
  }

  /** Makes these calls at the same time; one that throws is an error. */
  static void callAll(Tally tally, List<Callable<?>> calls) {
    CompletableFuture.allOf(calls.stream()
        .map(call -> CompletableFuture.runAsync(() -> tally.send(done -> {
          call.call();
          done.accept(null);
        }), task -> new Thread(task).start()))
        .toArray(CompletableFuture[]::new)).join();
  }
}
