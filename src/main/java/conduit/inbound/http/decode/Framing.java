package conduit.inbound.http.decode;

import static conduit.inbound.http.decode.Verdict.SOUND;
import static conduit.inbound.http.decode.Verdict.malformed;

import io.netty.handler.codec.http.HttpVersion;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a section that say where a message ends, and Host: how often each came and what it
 * said. Told the bytes of names and values as they come.
 */
final class Framing {

    private static final String CHUNKED = "chunked";

    /** No body is as long as the next number of digits says, and some parsers overflow there. */
    private static final int MOST_DIGITS = 18;

    private enum Field {
        HOST("host"),
        CONTENT_LENGTH("content-length"),
        TRANSFER_ENCODING("transfer-encoding");

        private final String text;

        Field(String text) {
            this.text = text;
        }

        /** Whether the byte at this index of its name is this, in whatever case. */
        private boolean has(byte b, int index) {
            return index < text.length() && text.charAt(index) == lower(b);
        }
    }

    /** The field that the name may still become; none begins like another. */
    private @Nullable Field field;

    private int nameLength;
    private int hosts;
    private int lengths;
    private int codings;

    private int valueLength;
    private boolean spaceBehindValue;
    private boolean valuesSound = true;
    private boolean hostSound = true;
    private long length;

    void nameBegins(byte first) {
        field =
                switch (lower(first)) {
                    case 'h' -> Field.HOST;
                    case 'c' -> Field.CONTENT_LENGTH;
                    case 't' -> Field.TRANSFER_ENCODING;
                    default -> null;
                };
        nameLength = 1;
    }

    void nameGoesOn(byte b) {
        if (field != null && !field.has(b, nameLength)) {
            field = null;
        }
        nameLength++;
    }

    void nameEnds() {
        if (field != null && nameLength < field.text.length()) {
            field = null;
        }
        switch (field) {
            case null -> {}
            case HOST -> hosts++;
            case CONTENT_LENGTH -> lengths++;
            case TRANSFER_ENCODING -> codings++;
        }
        valueLength = 0;
        spaceBehindValue = false;
    }

    /** Whether what comes, name or value, may belong to a field that counts here. */
    boolean wantsField() {
        return field != null;
    }

    void valueGoesOn(byte b) {
        if (field == null) {
            return;
        }
        if (Grammar.isWhiteSpace(b)) {
            spaceBehindValue = valueLength > 0;
            return;
        }
        boolean sound = !spaceBehindValue && takes(field, b);
        valueLength++;
        if (field == Field.HOST) {
            hostSound &= sound;
        } else {
            valuesSound &= sound;
        }
    }

    private boolean takes(Field into, byte b) {
        return switch (into) {
            case HOST -> Grammar.isInAuthority(b);
            case CONTENT_LENGTH -> takesDigit(b);
            case TRANSFER_ENCODING ->
                    valueLength < CHUNKED.length() && CHUNKED.charAt(valueLength) == lower(b);
        };
    }

    private boolean takesDigit(byte b) {
        if (!Grammar.isDigit(b) || valueLength >= MOST_DIGITS) {
            return false;
        }
        length = length * 10 + b - '0';
        return true;
    }

    void valueEnds() {
        switch (field) {
            case null -> {}
            case HOST -> {}
            case CONTENT_LENGTH -> valuesSound &= valueLength > 0;
            case TRANSFER_ENCODING -> valuesSound &= valueLength == CHUNKED.length();
        }
    }

    private static char lower(byte b) {
        return (char) (b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b);
    }

    int hosts() {
        return hosts;
    }

    /** Whether Host holds nothing but bytes of a host and a port; it may be empty. */
    boolean hostSound() {
        return hostSound;
    }

    /** Whether there is a field about a body, whatever it says. */
    boolean any() {
        return lengths + codings > 0;
    }

    /** Whether a body is announced that is not certainly empty. */
    boolean announcesContent() {
        return codings > 0 || length > 0;
    }

    /** Judges what all fields together say, in a message of this version. */
    Verdict judge(HttpVersion version) {
        if (lengths > 1) {
            return malformed("more than one Content-Length");
        }
        if (lengths > 0 && codings > 0) {
            return malformed("both Content-Length and Transfer-Encoding");
        }
        if (codings > 1) {
            return malformed("more than one Transfer-Encoding");
        }
        if (codings > 0 && version.equals(HttpVersion.HTTP_1_0)) {
            return malformed("Transfer-Encoding in HTTP/1.0");
        }
        if (valuesSound) {
            return SOUND;
        }
        return lengths > 0
                ? malformed(
                        "a Content-Length that is no number of at most " + MOST_DIGITS + " digits")
                : Verdict.flawed(
                        Flaw.Kind.UNKNOWN_CODING, "the only transfer coding here is chunked");
    }

    /** How the body ends, or this when no field says so. */
    BodyEnd bodyEndOr(BodyEnd otherwise) {
        if (codings > 0) {
            return BodyEnd.CHUNKS;
        }
        return lengths > 0 ? BodyEnd.LENGTH : otherwise;
    }
}
