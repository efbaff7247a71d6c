package conduit.inbound.http.forward;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;

/**
 * Writes the target of a request as it is. Netty's own adds a slash to an absolute form without a
 * path, which makes an OPTIONS about the server itself one about its root (RFC 9112, section
 * 3.2.4).
 */
final class RequestEncoder extends HttpRequestEncoder {

    @Override
    protected void encodeInitialLine(ByteBuf out, HttpRequest request) {
        out.writeCharSequence(request.method().name(), US_ASCII);
        out.writeByte(' ');
        out.writeCharSequence(request.uri(), US_ASCII);
        out.writeByte(' ');
        out.writeCharSequence(request.protocolVersion().text(), US_ASCII);
        out.writeShort(('\r' << 8) | '\n');
    }
}
