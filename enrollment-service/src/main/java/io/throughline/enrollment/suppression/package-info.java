/**
 * Addresses that are not written to, whatever a campaign says: those who unsubscribed or complained, whose mails bounced for
 * good, and whom a user entered. Owns table {@code suppression}. Fed by {@code engagement.events.v1} in the transaction of
 * {@code sequence}, and by {@code /api/suppressions}. Out: {@code contact.suppressions.v1}, for those who send.
 */
package io.throughline.enrollment.suppression;
