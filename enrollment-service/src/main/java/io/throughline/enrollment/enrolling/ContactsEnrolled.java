package io.throughline.enrollment.enrolling;

/** At least one enrollment may have become due; fired in the transaction of the change. */
public record ContactsEnrolled() {}
