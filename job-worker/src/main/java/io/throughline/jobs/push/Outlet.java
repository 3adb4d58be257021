package io.throughline.jobs.push;

import java.util.concurrent.ExecutionException;

/** The wire to one client. */
interface Outlet {

    /** Before anything else. */
    default void begin() throws InterruptedException, ExecutionException {}

    /** Returns when the message has left this process, which is how a slow client is felt. */
    void send(Message message) throws InterruptedException, ExecutionException;

    /** A sign of life after a while without messages. */
    void beat() throws InterruptedException, ExecutionException;

    /** Called once, from any thread, also while another waits in {@link #send}. */
    void end(Ending ending);
}
