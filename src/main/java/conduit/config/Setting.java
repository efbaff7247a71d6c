package conduit.config;

import java.util.List;
import java.util.function.Function;

/**
 * What a reload can find changed, by the name of its key; listeners, users and rules are counted
 * elsewhere. Two configurations differ in one when its values do, so that also a file whose content
 * is another counts.
 *
 * @param key as in the configuration file: {@code dial-timeout}
 */
public record Setting(String key, Function<Configuration, Object> value, Taken taken) {

    /** When a value takes effect. */
    public enum Taken {
        /** Of a conduit that runs it stays as it is. */
        AT_START,
        /** At once. */
        ALWAYS
    }

    /** In the order of the help. */
    public static final List<Setting> ALL =
            List.of(
                    always("upstream", Configuration::upstream),
                    always("tls-ca-file", Configuration::authorities),
                    always("via", Configuration::pseudonym),
                    always("guard", all -> all.policing().guarding()),
                    always("dns-server", all -> all.resolving().servers()),
                    always("dns-cache", all -> all.resolving().cacheEntries()),
                    always("dial-timeout", all -> all.timeouts().dial()),
                    always("negotiation-timeout", all -> all.timeouts().negotiation()),
                    always("http-idle-timeout", all -> all.timeouts().httpIdle()),
                    always("http-response-timeout", all -> all.timeouts().httpResponse()),
                    always("tunnel-idle-timeout", all -> all.relaying().timeouts().idle()),
                    always("half-close-timeout", all -> all.relaying().timeouts().halfClose()),
                    atStart("tcp-keepalive", Configuration::keepAlive),
                    atStart("bind-address", all -> all.dialling().sources()),
                    atStart("fwmark", all -> all.dialling().mark()),
                    always("tproxy-spoof-source", all -> all.dialling().transparent()),
                    always("http-max-idle-conns", all -> all.reuse().inAll()),
                    always("http-max-idle-conns-per-host", all -> all.reuse().perDestination()),
                    always("http-max-request-line", all -> all.httpLimits().requestLine()),
                    always("http-max-header-size", all -> all.httpLimits().headerSize()),
                    always("http-max-header-fields", all -> all.httpLimits().headerFields()),
                    always("relay", all -> all.relaying().mode()),
                    atStart("threads", all -> all.relaying().threads()),
                    always("max-connections", all -> all.limits().connections().inAll()),
                    always(
                            "max-connections-per-client",
                            all -> all.limits().connections().perClient()),
                    always("max-connections-per-user", all -> all.limits().connections().perUser()),
                    always("max-new-per-client", all -> all.limits().connections().newPerClient()),
                    always("client-ipv6-prefix", all -> all.limits().connections().clientPrefix6()),
                    always("max-rate", all -> all.limits().rates().perConnection()),
                    always("max-rate-per-client", all -> all.limits().rates().perClient()),
                    always("max-rate-total", all -> all.limits().rates().inTotal()),
                    always("max-tunnel-lifetime", all -> all.relaying().timeouts().lifetime()),
                    always("access-log", all -> all.logging().access()),
                    always("log-format", all -> all.logging().format()),
                    always("log-level", all -> all.logging().level()),
                    atStart(
                            "admin-listen",
                            all -> all.administration().map(Administration::address)),
                    atStart(
                            "admin-token-file",
                            all -> all.administration().flatMap(Administration::token)),
                    atStart("watch-config", Configuration::watching),
                    always("shutdown-delay", all -> all.draining().shutdownDelay()),
                    always("drain-timeout", all -> all.draining().timeout()));

    private static Setting always(String key, Function<Configuration, Object> value) {
        return new Setting(key, value, Taken.ALWAYS);
    }

    private static Setting atStart(String key, Function<Configuration, Object> value) {
        return new Setting(key, value, Taken.AT_START);
    }

    /** The keys of a kind in which two configurations differ. */
    public static List<String> differing(Taken taken, Configuration one, Configuration other) {
        return ALL.stream()
                .filter(setting -> setting.taken == taken)
                .filter(setting -> !setting.value.apply(one).equals(setting.value.apply(other)))
                .map(Setting::key)
                .toList();
    }
}
