package io.throughline.jobs.outreach;

/** What came of handing one message over. The text is the reply, or what went wrong, in one line. */
sealed interface Delivery {

    /** The server has taken the mail on. */
    record Accepted(String reply) implements Delivery {}

    /** 5xx for the recipient or the mail. @param bounce whose fault it is */
    record Refused(String reply, Bounce bounce) implements Delivery {}

    /** Nothing was handed over and nothing ever will be: no address, no right to send as this sender. */
    record Impossible(String reason) implements Delivery {}

    /** 4xx for the recipient or the mail: the same mail may pass later. */
    record Deferred(String reply) implements Delivery {}

    /** The connection ended before any content left. */
    record CutOff(String reason) implements Delivery {}

    /** The server takes no mails now, whatever they are: 421, or 4xx before it heard of a recipient. Nothing left. */
    record TurnedAway(String reply) implements Delivery {}

    /** The connection ended after content began to leave: the server may have the mail, or not. */
    record Uncertain(String reason) implements Delivery {}

    /** Nobody said whether it was taken, but whoever has it knows it by its id: it may be sent again. */
    record Unanswered(String reason) implements Delivery {}
}
