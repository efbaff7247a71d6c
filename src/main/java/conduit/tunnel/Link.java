package conduit.tunnel;

/**
 * A place in a list that is linked through its elements: whatever the length, one joins and leaves
 * at once, and a walk that pauses keeps its place by being in the list itself. A link by itself is
 * a list of one, or the head of an empty list. Lives on one event loop.
 */
abstract class Link {

    private Link before = this;
    private Link behind = this;

    /** Comes to stand right behind another, out of whatever list it was in. */
    final void joinBehind(Link other) {
        leave();
        before = other;
        behind = other.behind;
        behind.before = this;
        other.behind = this;
    }

    /** Is by itself from here on. */
    final void leave() {
        before.behind = behind;
        behind.before = before;
        before = this;
        behind = this;
    }

    @SuppressWarnings("ReferenceEquality") // Links are places, which are the same or not.
    final boolean isAlone() {
        return this == behind;
    }

    @SuppressWarnings("ReferenceEquality") // As above.
    final boolean is(Link other) {
        return this == other;
    }

    final Link behind() {
        return behind;
    }
}
