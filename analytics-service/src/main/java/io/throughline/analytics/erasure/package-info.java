/**
 * Forgets what other systems told of people in the metadata of events. Owns table {@code metadata_erasure}; writes {@code
 * engagement_event}, for that purpose only. In: {@code contact.erasures.v1}.
 */
package io.throughline.analytics.erasure;
