/**
 * What is held about one person: told ({@code export}) or forgotten when the contact is deleted. Writes what others own, for that
 * purpose only. Out: {@code contact.erasures.v1}, which the other services obey.
 */
package io.throughline.enrollment.privacy;
