/**
 * What mail providers and mail servers tell of our mails after they took them: SES (over SNS), SendGrid and Postmark by webhook,
 * everyone else by a delivery status notification (RFC 3464), posted or found in a mailbox. Each is checked to come from whom it says, is found by the
 * {@code Message-ID} that we gave, and told once on {@code engagement.events.v1}. Owns no table.
 */
package io.throughline.jobs.feedback;
