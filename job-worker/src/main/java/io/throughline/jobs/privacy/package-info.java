/**
 * Forgets people: what messages, files, answers of providers and jobs tell about somebody, when enrollment-service says so.
 * Owns table {@code erased_contact}; writes what others own, for that purpose only. In: {@code contact.erasures.v1}.
 */
package io.throughline.jobs.privacy;
