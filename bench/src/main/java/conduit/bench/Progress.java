package conduit.bench;

/** What is told to whoever waits for the table, on standard error. */
final class Progress {

    private Progress() {}

    static void say(String line) {
        System.err.println(line);
    }
}
