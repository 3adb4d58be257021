package io.throughline.jobs.push;

import io.quarkus.websockets.next.CloseReason;
import io.quarkus.websockets.next.OnClose;
import io.quarkus.websockets.next.OnOpen;
import io.quarkus.websockets.next.OnTextMessage;
import io.quarkus.websockets.next.UserData.TypedKey;
import io.quarkus.websockets.next.WebSocket;
import io.quarkus.websockets.next.WebSocketConnection;
import io.smallrye.common.annotation.RunOnVirtualThread;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;

/** {@code WS /api/jobs/stream}; requests without an upgrade go on to {@link StreamResource}. */
@WebSocket(path = "/api/jobs/stream")
public class JobSocket {

    private static final Logger LOG = Logger.getLogger(JobSocket.class);
    private static final TypedKey<Client> CLIENT = new TypedKey<>("client");

    private final Streams streams;

    JobSocket(Streams streams) {
        this.streams = streams;
    }

    @OnOpen
    @RunOnVirtualThread
    void opened(WebSocketConnection connection) {
        UpgradeCheck.settle(connection.userData().remove(UpgradeCheck.REQUEST));
        Subscription subscription = connection.userData().get(UpgradeCheck.SUBSCRIPTION);
        connection.userData().put(CLIENT, streams.open(subscription, new Socket(connection)));
    }

    /** There is nothing to tell us; how much of it we read is bounded by max-message-size. */
    @OnTextMessage
    void ignore(String text) {
        LOG.debugf("A message was ignored; length=%d", text.length());
    }

    @OnClose
    void closed(WebSocketConnection connection) {
        Client client = connection.userData().get(CLIENT);
        if (client != null) {
            client.end(Ending.LEFT);
        }
    }

    private record Socket(WebSocketConnection connection) implements Outlet {

        @Override
        public void send(Message message) throws InterruptedException, ExecutionException {
            connection.sendText(message.text()).subscribeAsCompletionStage().get();
        }

        /** Nothing: the server pings every 20 s. */
        @Override
        public void beat() {}

        @Override
        public void end(Ending ending) {
            if (ending != Ending.LEFT) {
                connection
                        .close(new CloseReason(ending.webSocketCode(), ending.detail()))
                        .subscribe()
                        .with(closed -> {}, failure -> LOG.debugf("Closed already; %s", failure.getMessage()));
            }
        }
    }
}
