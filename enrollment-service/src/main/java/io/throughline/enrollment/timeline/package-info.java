/**
 * What happened to a contact, newest first. Owns table {@code activity} (transitions come by a trigger, engagement events from
 * {@code sequence}); everything else is read where it is.
 */
package io.throughline.enrollment.timeline;
