package conduit.config.flags;

/**
 * The flags of one command, as picocli has filled them in. A class that implements this names, in
 * its {@code @Command}, what {@link HelpText} needs beside the flags: {@code header} (one line for
 * the list of commands), {@code customSynopsis}, {@code description} and {@code footer}; and it has
 * {@link HelpFlag} or {@link ConduitFlags.Other} as its last mixin.
 */
interface CommandFlags {

    /** What the flags ask for on the named operating system ({@code os.name}), or what is wrong. */
    Invocation meaning(String operatingSystem);
}
