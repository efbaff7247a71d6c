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
    }

    private static final int LONGEST_NAME = Field.TRANSFER_ENCODING.text.length();

    private final char[] name = new char[LONGEST_NAME];
    private int nameLength;
    private @Nullable Field field;
    private int hosts;
    private int lengths;
    private int codings;

    private final StringBuilder value = new StringBuilder(0);
    private boolean spaceBehindValue;
    private boolean valuesSound = true;
    private boolean hostBegun;
    private boolean hostSound = true;
    private long length;

    void nameBegins(byte first) {
        nameLength = 0;
        nameGoesOn(first);
    }

    void nameGoesOn(byte b) {
        if (nameLength < LONGEST_NAME) {
            name[nameLength] = (char) (b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b);
        }
        nameLength++;
    }

    void nameEnds() {
        field = known();
        switch (field) {
            case null -> {}
            case HOST -> hosts++;
            case CONTENT_LENGTH -> lengths++;
            case TRANSFER_ENCODING -> codings++;
        }
        value.setLength(0);
        spaceBehindValue = false;
    }

    private @Nullable Field known() {
        for (Field each : Field.values()) {
            if (nameLength == each.text.length()
                    && each.text.equals(String.valueOf(name, 0, nameLength))) {
                return each;
            }
        }
        return null;
    }

    /** Whether the value that comes belongs to a field that counts here. */
    boolean wantsValue() {
        return field != null;
    }

    void valueGoesOn(byte b) {
        if (field == null) {
            return;
        }
        if (field == Field.HOST) {
            hostByte(b);
        } else if (Grammar.isWhiteSpace(b)) {
            spaceBehindValue = !value.isEmpty();
        } else if (spaceBehindValue || value.length() >= MOST_DIGITS) {
            valuesSound = false;
        } else {
            value.append((char) Byte.toUnsignedInt(b));
        }
    }

    private void hostByte(byte b) {
        if (Grammar.isWhiteSpace(b)) {
            spaceBehindValue = hostBegun;
        } else {
            hostSound &= Grammar.isInAuthority(b) && !spaceBehindValue;
            hostBegun = true;
        }
    }

    void valueEnds() {
        switch (field) {
            case null -> {}
            case HOST -> {}
            case CONTENT_LENGTH -> readLength();
            case TRANSFER_ENCODING -> valuesSound &= CHUNKED.equalsIgnoreCase(value.toString());
        }
    }

    private void readLength() {
        boolean digits = value.chars().allMatch(c -> c >= '0' && c <= '9');
        if (value.isEmpty() || !digits) {
            valuesSound = false;
        } else {
            length = Long.parseLong(value, 0, value.length(), 10);
        }
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
