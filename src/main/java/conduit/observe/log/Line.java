package conduit.observe.log;

/** One line that is to be written: says its fields, from begin to end, on the writer's thread. */
@FunctionalInterface
public interface Line {
    void writeTo(LineForm form);
}
