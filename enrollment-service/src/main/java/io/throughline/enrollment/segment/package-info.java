/** Filters of contacts that somebody named, to list and enroll by. Owns table {@code segment}. No topics. */
package io.throughline.enrollment.segment;
