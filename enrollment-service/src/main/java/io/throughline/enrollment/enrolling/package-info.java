/**
 * Who is in which instance, and in what state. Owns table {@code enrollment} ({@code sequence} moves its rows along the
 * states of {@link io.throughline.enrollment.enrolling.EnrollmentStatus}). Out: {@code enrollment.changes.v1}.
 */
package io.throughline.enrollment.enrolling;
