/**
 * Sends what a campaign's sequence has written: takes {@code outreach.messages.v1} in, set-based, into the table
 * {@code outreach_message}, makes {@code outreach} jobs of it in the same transaction, sends by SMTP and tells what
 * became of each message on {@code engagement.events.v1}, once: {@code sent}, {@code bounced} (the server refused the
 * recipient or the mail), {@code failed} (nobody here can send it), {@code unknown}, {@code suppressed} (the address is on
 * {@code contact.suppressions.v1}, looked up in the statement that sets a message transmitting), {@code skipped} (its instance is
 * over, says {@code campaign.instances.v1}, or its enrollment, says {@code enrollment.changes.v1}; while an instance is paused its
 * messages stay queued). {@code GET /api/outreach/messages}
 * lists them.
 *
 * <pre>{@code
 * stateDiagram-v2
 *   [*] --> queued
 *   queued --> transmitting : committed before the first byte leaves
 *   queued --> rejected : nobody sends by its channel, address suppressed, instance or enrollment over
 *   transmitting --> sent : 250
 *   transmitting --> rejected : 5xx, no address, five times 4xx
 *   transmitting --> unknown : cut off after the content began, or its worker died
 *   unknown --> queued : resend is asked for
 *   transmitting --> queued : 4xx, cut off before the content, stopped before its turn; no mail, and nobody answered
 * }</pre>
 *
 * <p>{@code unknown} is held, not sent again by itself: nobody gets a mail twice unless somebody asks for it. At most four connections with ten mails
 * each, so a worker that dies leaves at most forty of them. While the mail server is away, messages stay {@code queued}
 * and their job waits without using up its attempts.
 *
 * <p>Messages of other channels go to the endpoint the tenant has for it ({@link EndpointCarrier}), under an id by which a repetition
 * is known: they are sent again where a mail would be unknown.
 */
package io.throughline.jobs.outreach;
