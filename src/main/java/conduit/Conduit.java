package conduit;

import conduit.address.Parsed;
import conduit.admin.CannotListenException;
import conduit.config.Configuration;
import conduit.config.Examination;
import conduit.config.Inquiry;
import conduit.config.flags.Invocation;
import conduit.config.interception.RulesTask;
import conduit.doctor.Doctor;
import conduit.doctor.Report;
import conduit.explain.Explanation;
import conduit.explain.ExplanationText;
import conduit.explain.WaitingLookup;
import conduit.inbound.BindException;
import conduit.observe.CannotLogException;
import conduit.observe.log.Messages;
import conduit.policy.Access;
import conduit.tproxy.CannotInstallException;
import conduit.tproxy.TproxyRules;
import conduit.transport.CannotDialException;
import conduit.transport.HostAddresses;
import conduit.transport.Transport;
import conduit.users.Password;
import conduit.users.PasswordChange;
import conduit.users.UnusableUsersException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The program: reads the command line and runs the service, or carries out another command. With
 * {@link Service} and {@link Assembly} the only class that sees every package. Exit codes: 0
 * stopped as told, 1 cannot start, cannot do it, the doctor found a failure or what was asked about
 * is refused, 2 a mistake on the command line, in the configuration file or in that of users.
 */
public final class Conduit {

    private static final int FAILED = 1;
    private static final int MISTAKE = 2;

    private Conduit() {}

    /** Runs until SIGTERM or SIGINT. */
    public static void main(String[] args) throws InterruptedException {
        // Other commands, which begin with their name, end by signals as every program does.
        Optional<Signals> signals =
                Invocation.beginsWithAWord(args) ? Optional.empty() : Optional.of(signals());
        switch (Invocation.parse(args)) {
            case Invocation.Print(String text) -> System.out.println(text);
            case Invocation.Mistake(String line) -> endWith(MISTAKE, line);
            case Invocation.Check(Configuration configuration, String effective) -> {
                try {
                    Assembly.users(configuration);
                    System.out.println(effective);
                } catch (UnusableUsersException e) {
                    fail(MISTAKE, e.getMessage());
                }
            }
            case Invocation.Examine(Examination examination) -> {
                Report report = Doctor.examine(examination);
                System.out.println(report.text(examination.form()));
                System.exit(report.failed() ? FAILED : 0);
            }
            case Invocation.Explain(Configuration configuration, Inquiry inquiry) -> {
                Explanation explanation = explain(configuration, inquiry);
                System.out.println(
                        switch (inquiry.form()) {
                            case TEXT -> ExplanationText.lines(explanation);
                            case JSON -> ExplanationText.json(explanation);
                        });
                System.exit(explanation.allows() ? 0 : FAILED);
            }
            case Invocation.TproxyRules(RulesTask task) -> {
                try {
                    System.out.print(TproxyRules.carryOut(task));
                } catch (CannotInstallException e) {
                    fail(e.getMessage());
                }
            }
            case Invocation.ChangePassword(Path file, String user) -> changePassword(file, user);
            case Invocation.Run(var configuration, var effective, var file) -> {
                try {
                    new Service(configuration, effective, file, () -> Invocation.parse(args))
                            .run(signals.orElseThrow());
                    System.exit(0);
                } catch (BindException
                        | CannotListenException
                        | CannotDialException
                        | CannotLogException e) {
                    fail(e.getMessage());
                } catch (UnusableUsersException e) {
                    fail(MISTAKE, e.getMessage());
                }
            }
        }
    }

    /** Whoever starts the proxy may signal it from here on. */
    private static Signals signals() {
        try {
            return new Signals();
        } catch (IllegalStateException e) {
            fail(e.getMessage());
            throw e;
        }
    }

    private static void fail(@Nullable String why) {
        fail(FAILED, why);
    }

    private static void fail(int exitCode, @Nullable String why) {
        endWith(exitCode, "conduit: " + why);
    }

    private static void endWith(int exitCode, String line) {
        System.err.println(Messages.lastWords(line));
        System.exit(exitCode);
    }

    private static void changePassword(Path file, String user) {
        switch (Password.ask(user, System.in)) {
            case Parsed.Invalid<byte[]>(String why) -> fail("the password: " + why);
            case Parsed.Valid<byte[]>(byte[] password) -> {
                switch (PasswordChange.carryOut(file, user, password)) {
                    case Parsed.Valid<PasswordChange.Done>(var done) ->
                            System.out.println("conduit: " + file + ": " + user + done.words());
                    case Parsed.Invalid<PasswordChange.Done>(String why) -> fail(file + ": " + why);
                }
            }
        }
    }

    private static Explanation explain(Configuration configuration, Inquiry inquiry) {
        InetAddress client = inquiry.client();
        try (Transport transport =
                new Transport(1, configuration.keepAlive(), configuration.dialling())) {
            Access access =
                    new Access(
                            client,
                            HostAddresses.include(client),
                            inquiry.user(),
                            inquiry.inbound(),
                            inquiry.destination());
            WaitingLookup lookUp =
                    new WaitingLookup(
                            Assembly.resolver(configuration, transport),
                            transport.nextLoop(),
                            configuration.timeouts().dial());
            return Explanation.of(
                    access, configuration.upstream(), Assembly.policy(configuration), lookUp);
        }
    }
}
