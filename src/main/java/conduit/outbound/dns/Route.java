package conduit.outbound.dns;

import io.netty.channel.EventLoop;
import io.netty.resolver.dns.DnsNameResolver;

/**
 * How a lookup's questions travel.
 *
 * @param loop where everything happens
 * @param resolver carries one question to one server: Netty's, which opens a socket for each, makes
 *     up its number, asks again over TCP when the response is truncated, and knows how long to wait
 * @param servers whom to ask, in which order
 */
record Route(EventLoop loop, DnsNameResolver resolver, Servers servers) {}
