package io.throughline.jobs.outreach;

import io.throughline.jobs.outreach.MessageStore.Letter;
import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.AddressException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/** One SMTP conversation that carries many mails, for one thread at a time. */
final class SmtpConnection implements AutoCloseable {

    private static final int LONGEST_DETAIL = 500;
    /** The server's word before it hangs up, at any point of the conversation. */
    private static final int CLOSING = 421;

    private final SmtpServer server;
    private final SMTPTransport transport;
    private final Links links;
    private final Clock clock;
    private boolean usable = true;

    private SmtpConnection(SmtpServer server, SMTPTransport transport, Links links, Clock clock) {
        this.server = server;
        this.transport = transport;
        this.links = links;
        this.clock = clock;
    }

    static SmtpConnection open(SmtpServer server, Links links, Clock clock) throws Unreachable {
        SMTPTransport transport = server.transport();
        try {
            transport.connect();
            return new SmtpConnection(server, transport, links, clock);
        } catch (MessagingException e) {
            throw new Unreachable(line(e));
        }
    }

    /** False: it must not be used again. */
    boolean usable() {
        return usable;
    }

    /** One exchange with the server, which may have hung up while nobody was looking. */
    boolean alive() {
        usable = usable && transport.isConnected();
        return usable;
    }

    Delivery send(Letter letter) {
        Mail mail;
        try {
            Instant now = clock.instant();
            mail = new Mail(server.session(), letter, Content.of(letter, links, now), now);
        } catch (AddressException e) {
            return new Delivery.Impossible(line(e));
        } catch (MessagingException | RuntimeException e) {
            return new Delivery.Impossible("cannot be written as a mail: " + line(e));
        }
        try {
            transport.sendMessage(mail, new Address[] {mail.recipient()});
            return new Delivery.Accepted(oneLine(transport.getLastServerResponse()));
        } catch (MessagingException | RuntimeException e) {
            Delivery delivery = judge(mail, e);
            usable = usable && transport.getLastReturnCode() != CLOSING && keeps(delivery);
            return delivery;
        }
    }

    private static boolean keeps(Delivery delivery) {
        return switch (delivery) {
            case Delivery.Accepted _, Delivery.Refused _, Delivery.Impossible _, Delivery.Deferred _ -> true;
            case Delivery.CutOff _, Delivery.TurnedAway _, Delivery.Uncertain _, Delivery.Unanswered _ -> false;
        };
    }

    private static Delivery judge(Mail mail, Exception failure) {
        if (failure instanceof SMTPSendFailedException refused && refused.getReturnCode() >= 400) {
            boolean senderOnly = refused.getCommand().startsWith("MAIL");
            return judge(refused.getReturnCode(), oneLine(refused.getMessage()), senderOnly, mail.begun());
        }
        if (failure instanceof MessagingException nesting
                && nesting.getNextException() instanceof SMTPAddressFailedException refused
                && refused.getReturnCode() >= 400) {
            return judge(refused.getReturnCode(), oneLine(refused.getMessage()), false, mail.begun());
        }
        return mail.begun() ? new Delivery.Uncertain(line(failure)) : new Delivery.CutOff(line(failure));
    }

    /** @param senderOnly the server has not heard of a recipient yet, so it would say the same to the next mail */
    private static Delivery judge(int code, String reply, boolean senderOnly, boolean begun) {
        boolean passing = code < 500;
        if (senderOnly) {
            // 530 and 538 ask for a login or encryption: our configuration, not this sender.
            return passing || code == 530 || code == 538
                    ? new Delivery.TurnedAway(reply)
                    : new Delivery.Impossible(reply);
        }
        if (code == CLOSING && !begun) {
            return new Delivery.TurnedAway(reply);
        }
        return passing ? new Delivery.Deferred(reply) : new Delivery.Refused(reply, Bounce.of(code, reply, begun));
    }

    private static String line(Exception failure) {
        Throwable deepest = failure;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        String text = String.valueOf(failure.getMessage());
        return oneLine(
                deepest == failure || !(deepest instanceof IOException) ? text : text + ": " + deepest.getMessage());
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.substring(0, Math.min(LONGEST_DETAIL, line.length()));
    }

    /** Says goodbye while the server still listens; nothing depends on it. */
    @Override
    public void close() {
        usable = false;
        try {
            transport.close();
        } catch (MessagingException e) {
            // The socket is closed all the same, and the server needs no goodbye.
        }
    }
}
