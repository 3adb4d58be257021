package io.throughline.events.campaign;

/** What is to be noticed of the readers of a mail: that they open it, that they follow its links. */
public record Tracking(boolean opens, boolean clicks) {

    public static final Tracking ALL = new Tracking(true, true);
}
