package conduit;

/** Main: parse, build, bind, wait for a signal. */
public final class Conduit {
    private Conduit() {}

    /** Runs. */
    public static void main(String[] args) {
        System.out.println("hello");
    }
}
