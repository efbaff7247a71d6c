package conduit.bench;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import javax.management.JMException;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * How much another JVM has put on its heap. Being asked makes it allocate some ten KiB, and gives
 * it threads: so it is asked beside a load whose processor time nobody reads. Runs on main.
 */
final class AllocatedHeap implements AutoCloseable {

    private final JMXConnector connector;
    private final MBeanServerConnection beans;

    private AllocatedHeap(JMXConnector connector, MBeanServerConnection beans) {
        this.connector = connector;
        this.beans = beans;
    }

    @SuppressWarnings("BanJNDI") // the answers are those of a process that this one has started
    static AllocatedHeap of(long pid) throws IOException {
        JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(agent(pid)));
        return new AllocatedHeap(connector, connector.getMBeanServerConnection());
    }

    private static String agent(long pid) throws IOException {
        try {
            VirtualMachine machine = VirtualMachine.attach(Long.toString(pid));
            try {
                return machine.startLocalManagementAgent();
            } finally {
                machine.detach();
            }
        } catch (AttachNotSupportedException e) {
            throw new IOException("the proxy's JVM cannot be asked", e);
        }
    }

    /** In bytes, by all threads since the start. */
    long bytes() throws IOException {
        try {
            ObjectName threads = new ObjectName(ManagementFactory.THREAD_MXBEAN_NAME);
            return (Long) beans.getAttribute(threads, "TotalThreadAllocatedBytes");
        } catch (JMException e) {
            throw new IOException("the proxy's JVM does not say what it allocates", e);
        }
    }

    @Override
    public void close() throws IOException {
        connector.close();
    }
}
